using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TenantKit.Diagnostics;
using TenantKit.Leases;
using TenantKit.Orchestration;
using TenantKit.Reconciliation.Queue;
using TenantKit.Storage;
using TenantKit.Tenants;

namespace TenantKit.Reconciliation.Sweeping;

/// <summary>
/// Compares both lists. Tenants that should have objects are looked at anyway; what runs without a tenant is ended after it was seen
/// twice. Data is destroyed only for a tenant whose deletion is recorded, and after its retention: data of an unknown tenant may mean
/// that the store was restored from an older copy, so it is kept and told of.
/// </summary>
internal sealed partial class Sweeper(
    IContainerOrchestrator orchestrator, ITenantStore store, ShardLeases leases, RestlessTenants restless, ReconcileQueue queue, RevocationSweeper revocations,
    TenantKitMeter meter, IRandomSource random, TimeProvider time, IOptions<TenantKitOptions> options, ILogger<Sweeper> logger)
{
    private readonly HashSet<string> suspects = new(StringComparer.Ordinal);

    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await SweepAsync(stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogSweepFailed(exception);
            }

            var interval = options.Value.ResyncInterval * (0.9 + (0.2 * random.NextDouble()));
            await Task.Delay(interval, time, stopping).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    internal async Task SweepAsync(CancellationToken cancellationToken)
    {
        await revocations.SweepAsync(cancellationToken);
        foreach (var tenantId in restless.Ids)
        {
            queue.Add(tenantId, IntentOrigin.Background);
        }

        HashSet<string> seen = [];
        await foreach (var unit in orchestrator.ListAsync(cancellationToken))
        {
            if (!leases.TryEnter(unit.Unit.TenantId, out var fence))
            {
                continue;
            }

            try
            {
                await LookAsync(unit, seen, fence, cancellationToken);
            }
            finally
            {
                leases.Leave(unit.Unit.TenantId);
            }
        }

        suspects.IntersectWith(seen);
    }

    private async Task LookAsync(UnitObservation unit, HashSet<string> seen, Fence fence, CancellationToken cancellationToken)
    {
        var id = unit.Unit.TenantId;
        if (restless.Contains(id))
        {
            return;
        }

        var state = await store.LoadStateAsync(id, cancellationToken);
        var deleted = state?.Status.Phase == TenantPhase.Deleted;
        if (state is not null && !deleted)
        {
            if (unit.HasCompute && !restless.Track(state))
            {
                // A tenant at rest with something running: it is not at rest.
                queue.Add(id, IntentOrigin.Background);
            }

            return;
        }

        var isDue = deleted && time.GetUtcNow() >= (state!.Tenant.DeletedAt ?? time.GetUtcNow()) + options.Value.DataRetention;
        if (!unit.HasCompute && !isDue)
        {
            if (!deleted)
            {
                LogUnknownData(id, unit.Unit.Name);
            }

            return;
        }

        seen.Add(id);
        if (suspects.Add(id))
        {
            return;
        }

        suspects.Remove(id);
        meter.Strays.Add(1);
        LogStray(id, unit.Unit.Name);
        await orchestrator.DeleteAsync(unit.Unit, deleteData: isDue, TimeSpan.FromSeconds(5), fence.Token, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Unit {UnitName} runs for tenant {TenantId}, which does not exist: it is ended.")]
    private partial void LogStray(string tenantId, string unitName);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Data of unit {UnitName} belongs to tenant {TenantId}, which the store does not know. It is kept; remove it by hand if it is not needed.")]
    private partial void LogUnknownData(string tenantId, string unitName);

    [LoggerMessage(Level = LogLevel.Error, Message = "A sweep failed; the next one repeats it.")]
    private partial void LogSweepFailed(Exception exception);
}
