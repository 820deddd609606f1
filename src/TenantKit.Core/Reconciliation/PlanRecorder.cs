using Microsoft.Extensions.Logging;
using TenantKit.Diagnostics;
using TenantKit.Operations;
using TenantKit.Orchestration;
using TenantKit.Reconciliation.Planning;
using TenantKit.Storage;
using TenantKit.Tenants;

namespace TenantKit.Reconciliation;

/// <summary>Writes what a pass found, in one commit, and only what changed.</summary>
internal sealed partial class PlanRecorder(ITenantStore store, BackoffClock waits, DrainClock drains, TimeProvider time, TenantKitMeter meter, ILogger<PlanRecorder> logger)
{
    private const int MaxAttempts = 8;

    public async Task RecordAsync(TenantState state, Plan plan, Fence fence, CancellationToken cancellationToken)
    {
        var changes = new ChangeSet();
        if (plan.Status != state.Status)
        {
            changes.Put(plan.Status);
        }

        RecordInstances(state, plan, changes);
        RecordLedger(state, plan, changes);
        var ended = OperationProgress.Apply(state, plan, time.GetUtcNow(), changes);
        if (plan.Status.Phase == TenantPhase.Deleted || plan.Status.Reason == StatusReasons.DataRetained)
        {
            await RemoveUsersAsync(state.Tenant, changes, cancellationToken);
        }

        if (changes.IsEmpty)
        {
            return;
        }

        await store.CommitAsync(changes.Require(fence), cancellationToken);
        drains.Note(state.Tenant.Id, plan.Instances);
        if (plan.Status.Phase != state.Status.Phase || plan.Status.Reason != state.Status.Reason)
        {
            LogPhase(state.Tenant.Id, state.Tenant.Name, plan.Status.Phase, plan.Status.Reason);
        }

        foreach (var operation in ended)
        {
            meter.Operations.Add(1, new("kind", operation.Kind), new("state", operation.State.ToString()));
        }
    }

    /// <summary>Notes that the runtime accepted the specification of a generation.</summary>
    public async Task RecordAppliedAsync(Tenant tenant, Fence fence, CancellationToken cancellationToken)
    {
        var state = await store.LoadStateAsync(tenant.Id, cancellationToken);
        if (state is not null && (state.Status.AppliedGeneration < tenant.Generation || !state.Status.Provisioned))
        {
            var applied = state.Status with { AppliedGeneration = Math.Max(state.Status.AppliedGeneration, tenant.Generation), Provisioned = true };
            await store.CommitAsync(new ChangeSet().Put(applied).Require(fence), cancellationToken);
        }
    }

    /// <summary>Notes why the runtime could not do what was asked, and how long to wait.</summary>
    /// <returns>When to try again.</returns>
    public async Task<TimeSpan?> RecordFailureAsync(
        string tenantId, OrchestratorException exception, Backoff backoff, Fence fence, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TryRecordFailureAsync(tenantId, exception, backoff, fence, cancellationToken);
            }
            catch (RevisionConflictException) when (attempt < MaxAttempts)
            {
                // Somebody else wrote meanwhile. The failure must be noted all the same, or it would be repeated at once.
            }
        }
    }

    private async Task<TimeSpan?> TryRecordFailureAsync(
        string tenantId, OrchestratorException exception, Backoff backoff, Fence fence, CancellationToken cancellationToken)
    {
        if (await store.LoadStateAsync(tenantId, cancellationToken) is not { } state)
        {
            return null;
        }

        var now = time.GetUtcNow();
        var failures = waits.IsAnswered(tenantId) ? 1 : state.Status.ConsecutiveFailures + 1;
        var failed = !exception.IsTransient || failures >= RunPlanner.FailuresUntilFailed;
        // An error that does not pass by itself is looked at again all the same, at the slowest pace: the world may be mended.
        var wait = exception.IsTransient ? backoff.After(Math.Max(failures, 2)) : backoff.After(32);
        var deleting = state.Tenant.Desired == DesiredState.Deleted;
        var phase = deleting ? TenantPhase.Deleting : failed ? Failed(state, exception) : state.Status.Phase;
        var status = (state.Status with { ConsecutiveFailures = failures, RetryAt = now + wait }).To(phase, exception.Reason, exception.Message, now);
        waits.Note(status);
        LogFailure(exception, tenantId, exception.Reason, wait);
        var plan = new Plan
        {
            Status = status,
            Instances = state.Instances,
            Ledger = state.Ledger.Select(static entry => entry.Kind).ToHashSet(),
            Outcome = failed && !deleting ? PlanOutcome.Failed : PlanOutcome.Open,
        };
        await RecordAsync(state, plan, fence, cancellationToken);
        return wait;
    }

    /// <summary>A runtime that does not answer says nothing about what runs: an app that was ready goes on getting its requests.</summary>
    private static TenantPhase Failed(TenantState state, OrchestratorException exception) =>
        !exception.IsTransient || !state.Instances.Any(static row => row.State == InstanceState.Ready) ? TenantPhase.Failed
        : state.Status.Phase is TenantPhase.Running or TenantPhase.Failed ? TenantPhase.Degraded
        : state.Status.Phase;

    private static void RecordInstances(TenantState state, Plan plan, ChangeSet changes)
    {
        foreach (var row in plan.Instances)
        {
            var stored = state.Instances.FirstOrDefault(other => other.Id == row.Id);
            if (stored != row)
            {
                changes.Put(row);
            }
        }

        foreach (var stored in state.Instances)
        {
            if (plan.Instances.All(row => row.Id != stored.Id))
            {
                changes.Delete(stored);
            }
        }
    }

    private void RecordLedger(TenantState state, Plan plan, ChangeSet changes)
    {
        foreach (var kind in plan.Ledger)
        {
            if (state.Ledger.All(entry => entry.Kind != kind))
            {
                changes.Put(new LedgerEntry { TenantId = state.Tenant.Id, Kind = kind, Name = state.Tenant.UnitName, CreatedAt = time.GetUtcNow() });
            }
        }

        foreach (var entry in state.Ledger)
        {
            if (!plan.Ledger.Contains(entry.Kind))
            {
                changes.Delete(entry);
            }
        }
    }

    /// <summary>The users whose deletion destroyed the tenant go with it: destroyed first, then removed.</summary>
    private async Task RemoveUsersAsync(Tenant tenant, ChangeSet changes, CancellationToken cancellationToken)
    {
        foreach (var user in await store.ListUsersOfTenantAsync(tenant.Id, cancellationToken))
        {
            if (user.DeletedAt is not null)
            {
                changes.Delete(user);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Tenant {TenantId} ({TenantName}) is {Phase} ({Reason}).")]
    private partial void LogPhase(string tenantId, string tenantName, TenantPhase phase, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The orchestrator failed for tenant {TenantId} ({Reason}); next try in {Wait}.")]
    private partial void LogFailure(Exception exception, string tenantId, string reason, TimeSpan wait);
}
