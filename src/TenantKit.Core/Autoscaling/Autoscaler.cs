using System.Globalization;
using Microsoft.Extensions.Logging;
using TenantKit.Activity;
using TenantKit.Diagnostics;
using TenantKit.Leases;
using TenantKit.Management;
using TenantKit.Operations;
using TenantKit.Storage;
using TenantKit.Templates;
using TenantKit.Tenants;

namespace TenantKit.Autoscaling;

/// <summary>
/// Lets the number of instances of awake tenants follow their load. It only changes what is desired, as a resize by hand does; the control loop
/// does the rest. Costs nothing while no tenant is awake whose template asks for it.
/// </summary>
/// <remarks>
/// Only the replica that acts for a tenant measures it, and one that takes over sees a whole window before it takes anything away. While no
/// gateway reports, nothing is measured and nothing changes. A change that somebody else has under way is never disturbed.
/// </remarks>
internal sealed partial class Autoscaler(
    ActivityTracker activity, ITenantReader store, TenantManager manager, ShardLeases leases, TimeProvider time, ILogger<Autoscaler> logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, AutoscaledTenant> tenants = new(StringComparer.Ordinal);
    private readonly Pulse begun = new();
    private readonly long startedAt = time.GetTimestamp();

    /// <summary>Takes note of a tenant's newest state.</summary>
    public void Track(TenantState state, Template template)
    {
        var id = state.Tenant.Id;
        lock (gate)
        {
            if (template.Autoscale is not { } settings || !IsAwake(state))
            {
                tenants.Remove(id);
                return;
            }

            if (!tenants.TryGetValue(id, out var tenant) || tenant.Settings != settings)
            {
                tenants[id] = tenant = new AutoscaledTenant(id, settings);
            }

            tenant.See(state, template);
        }

        begun.Set();
    }

    /// <summary>What it sees of a tenant; null when it does not look after it.</summary>
    public AutoscaleOutlook? GetOutlook(string tenantId)
    {
        lock (gate)
        {
            return tenants.GetValueOrDefault(tenantId)?.Outlook;
        }
    }

    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            var next = begun.Next;
            if (Snapshot().Length == 0)
            {
                await next.WaitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }

            await Task.Delay(Interval, time, stopping).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
            if (!stopping.IsCancellationRequested)
            {
                await LookAsync(stopping);
            }
        }
    }

    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        foreach (var tenant in Snapshot())
        {
            if (!leases.Holds(tenant.Id) || activity.GetLoad(tenant.Id) is not { } load)
            {
                tenant.Forget();
                continue;
            }

            var wanted = tenant.Decide(time.GetElapsedTime(startedAt), load);
            if (wanted != tenant.Known.Wanted)
            {
                await ScaleAsync(tenant, wanted, cancellationToken);
            }
        }
    }

    private async Task ScaleAsync(AutoscaledTenant tenant, int wanted, CancellationToken cancellationToken)
    {
        if (!leases.TryEnter(tenant.Id, out var fence))
        {
            return;
        }

        try
        {
            var state = await store.LoadStateAsync(tenant.Id, cancellationToken);
            if (state is not null && IsAwake(state) && state.Tenant.Replicas != wanted && state.OpenOperations.All(static operation => operation.Kind == OperationKinds.Autoscale))
            {
                var why = Explain(tenant, state.Tenant.Replicas, wanted);
                await manager.AutoscaleAsync(state, wanted, why, fence, cancellationToken);
                LogScaled(tenant.Id, why);
            }
        }
        catch (Exception exception) when (exception is RevisionConflictException or LeaseLostException)
        {
            // Somebody else changed the tenant, or acts for it now: the next look decides on what is there then.
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            LogFailed(exception, tenant.Id);
        }
        finally
        {
            leases.Leave(tenant.Id);
        }
    }

    private static string Explain(AutoscaledTenant tenant, int from, int to)
    {
        var seen = tenant.Outlook!;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"autoscale from {from} to {to}: {seen.Stable:0.##} in flight on average, {seen.Panic:0.##} lately, {tenant.Settings.TargetInFlight:0.##} per instance{(seen.IsPanicking ? ", panic" : "")}");
    }

    private AutoscaledTenant[] Snapshot()
    {
        lock (gate)
        {
            return tenants.Count == 0 ? [] : [.. tenants.Values];
        }
    }

    private static bool IsAwake(TenantState state) =>
        state is { Tenant: { Desired: DesiredState.Running, Suspended: false }, Status.Phase: TenantPhase.Running or TenantPhase.Degraded };

    [LoggerMessage(Level = LogLevel.Information, Message = "Tenant {TenantId}: {Why}.")]
    private partial void LogScaled(string tenantId, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Tenant {TenantId} could not be scaled; it is looked at again.")]
    private partial void LogFailed(Exception exception, string tenantId);
}
