using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TenantKit.Activity;
using TenantKit.Diagnostics;
using TenantKit.Leases;
using TenantKit.Management;
using TenantKit.Orchestration;
using TenantKit.Reconciliation.Planning;
using TenantKit.Reconciliation.Queue;
using TenantKit.Routing;
using TenantKit.Storage;
using TenantKit.Templates;
using TenantKit.Tenants;

namespace TenantKit.Reconciliation;

/// <summary>
/// One pass over one tenant: read, observe, plan, record, then at most one effect. Whatever is interrupted, the next pass starts from
/// what is stored and observed then.
/// </summary>
internal sealed partial class TenantReconciler(
    ITenantStore store,
    IContainerOrchestrator orchestrator,
    TemplateCache templates,
    UnitSpecs specs,
    Planner planner,
    ReadinessProbes probes,
    ActivityTracker activity,
    StartLimiter starts,
    ShardLeases leases,
    TenantManager manager,
    PlanRecorder recorder,
    BackoffClock waits,
    DrainClock drains,
    IRandomSource random,
    TimeProvider time,
    IOptions<TenantKitOptions> options,
    ILogger<TenantReconciler> logger)
{
    private static readonly TimeSpan WhileStopping = TimeSpan.FromMilliseconds(250);
    private readonly Backoff backoff = new(options.Value, random);

    /// <summary>Does one pass under a lease: everything written and done carries its token.</summary>
    /// <returns>When to look again without being told; null when only a change can make a difference.</returns>
    /// <exception cref="LeaseLostException">Another replica acts for the tenant now.</exception>
    /// <exception cref="StaleTokenException">The runtime knows of another replica that acts for the tenant now.</exception>
    public async Task<TimeSpan?> ReconcileAsync(string tenantId, Fence fence, CancellationToken cancellationToken)
    {
        if (await store.LoadStateAsync(tenantId, cancellationToken) is not { } state
            || state.Status.Phase == TenantPhase.Deleted)
        {
            starts.Leave(tenantId);
            waits.Forget(tenantId);
            drains.Forget(tenantId);
            return null;
        }

        var template = await templates.GetAsync(state.Tenant, cancellationToken);
        try
        {
            var view = await ObserveAsync(state, template, cancellationToken);
            var plan = planner.Next(view);
            if (plan.LeavesStart)
            {
                starts.Leave(tenantId);
            }
            else if (plan.IsStarting)
            {
                starts.Keep(tenantId);
            }

            if (plan.CancelsSleep)
            {
                await store.CommitAsync(manager.DraftCancelSleep(state).Require(fence), cancellationToken);
                return TimeSpan.Zero;
            }

            await recorder.RecordAsync(state, plan, fence, cancellationToken);
            if (plan.Effect == EffectKind.None)
            {
                return plan.Requeue;
            }

            if (waits.Left(state.Status) is { } wait)
            {
                return wait;
            }

            // Asked as late as can be: what a pause since then lets through, the token stops.
            if (!leases.IsValid(tenantId, fence))
            {
                throw new LeaseLostException(fence.LeaseName, fence.Token);
            }

            return await CarryOutAsync(state, template, plan, fence, cancellationToken);
        }
        catch (OrchestratorException exception)
        {
            if (!exception.IsTransient || state.Status.ConsecutiveFailures >= RunPlanner.FailuresUntilFailed)
            {
                // What may have had its effect keeps its place among those that start until a look has shown what there is, but not for ever.
                starts.Leave(tenantId);
            }

            if (waits.Left(state.Status) is { } wait)
            {
                // Told of already: recording it again would be a change, and the change another look, without end.
                return wait;
            }

            return await recorder.RecordFailureAsync(tenantId, exception, backoff, fence, cancellationToken);
        }
    }

    private async Task<TenantView> ObserveAsync(TenantState state, Template template, CancellationToken cancellationToken)
    {
        var reference = new UnitRef(state.Tenant.Id, state.Tenant.UnitName);
        var unit = await orchestrator.ObserveAsync(reference, cancellationToken);
        drains.Note(state.Tenant.Id, state.Instances);
        var awake = state.Tenant is { Desired: DesiredState.Running, Suspended: false };
        var results = awake && unit is not null
            ? await probes.ProbeAsync(state.Tenant, unit, template, cancellationToken)
            : new Dictionary<string, ProbeResult>();
        return new TenantView
        {
            State = state,
            Template = template,
            Unit = unit,
            Probes = results,
            ProbeFailures = probes.FailuresOf,
            IsDrained = revision => activity.IsDrained(state.Tenant.Id, revision),
            DrainedFor = instanceId => drains.Elapsed(state.Tenant.Id, instanceId),
            Now = time.GetUtcNow(),
            LastAccessAt = activity.GetLastAccess(state.Tenant.Id),
            TryEnterStart = () => starts.TryEnter(state.Tenant.Id, state.Tenant.Origin),
            Backoff = backoff,
            BackoffLeft = waits.Left,
            Options = options.Value,
        };
    }

    /// <returns>When to look again.</returns>
    private async Task<TimeSpan> CarryOutAsync(TenantState state, Template template, Plan plan, Fence fence, CancellationToken cancellationToken)
    {
        var reference = new UnitRef(state.Tenant.Id, state.Tenant.UnitName);
        var grace = template.Probe.StopGracePeriod;
        LogEffect(plan.Effect, state.Tenant.Id, state.Tenant.Generation);
        switch (plan.Effect)
        {
            case EffectKind.Ensure:
                var unit = await orchestrator.EnsureAsync(specs.Build(state, template) with { FencingToken = fence.Token }, cancellationToken);
                await recorder.RecordAppliedAsync(state.Tenant, fence, cancellationToken);
                // What is stopping takes its time, and its end is told of by the watch: asking again meanwhile changes nothing.
                return unit.Instances.Any(static instance => instance.State == RuntimeState.Stopping) ? WhileStopping : TimeSpan.Zero;
            case EffectKind.Sleep:
                await orchestrator.SleepAsync(reference, grace, fence.Token, cancellationToken);
                break;
            case EffectKind.DeleteCompute:
                await orchestrator.DeleteAsync(reference, deleteData: false, grace, fence.Token, cancellationToken);
                break;
            case EffectKind.DeleteAll:
                await orchestrator.DeleteAsync(reference, deleteData: true, grace, fence.Token, cancellationToken);
                break;
            default:
                throw new InvalidOperationException($"The effect {plan.Effect} is not known.");
        }

        return TimeSpan.Zero;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Carrying out {Effect} for tenant {TenantId}, generation {Generation}.")]
    private partial void LogEffect(EffectKind effect, string tenantId, long generation);
}
