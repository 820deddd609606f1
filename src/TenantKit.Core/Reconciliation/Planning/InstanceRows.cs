using TenantKit.Orchestration;
using TenantKit.Tenants;

namespace TenantKit.Reconciliation.Planning;

/// <summary>Turns what the runtime shows into rows of the Containers table.</summary>
internal static class InstanceRows
{
    /// <summary>Living instances, none of which gets new requests.</summary>
    public static IReadOnlyList<Instance> Draining(TenantView view) =>
        view.Unit is null ? [] :
        [
            .. view.Unit.Instances
                .Where(static instance => instance.State != RuntimeState.Exited)
                .Select(instance => Row(view, instance) with { State = InstanceState.Draining, Reason = StatusReasons.Draining }),
        ];

    /// <summary>Living instances as they are; when none lives, the last one that ended, so that people see why.</summary>
    public static IReadOnlyList<Instance> Observed(TenantView view)
    {
        if (view.Unit is null)
        {
            return [];
        }

        var living = view.Unit.Instances.Where(static instance => instance.State != RuntimeState.Exited).ToList();
        if (living.Count == 0 && view.Unit.Instances.LastOrDefault() is { } last)
        {
            living.Add(last);
        }

        return [.. living.Select(instance => Row(view, instance) with { State = StateOf(view, instance), Reason = ReasonOf(view, instance) })];
    }

    private static InstanceState StateOf(TenantView view, InstanceObservation instance)
    {
        if (instance.State == RuntimeState.Exited)
        {
            return InstanceState.Exited;
        }

        var stored = Stored(view, instance.Id);
        if (instance.State == RuntimeState.Stopping || view.Leaving.Contains(instance.Id))
        {
            return InstanceState.Draining;
        }

        if (view.Probes.TryGetValue(instance.Id, out var probe) && probe.Passed)
        {
            return InstanceState.Ready;
        }

        return stored?.State switch
        {
            InstanceState.Ready when view.ProbeFailures(instance.Id) < view.Template.Probe.FailureThreshold => InstanceState.Ready,
            InstanceState.Ready or InstanceState.Unhealthy => InstanceState.Unhealthy,
            _ => InstanceState.Starting,
        };
    }

    private static string ReasonOf(TenantView view, InstanceObservation instance) =>
        StateOf(view, instance) switch
        {
            InstanceState.Starting when instance.Reason == StatusReasons.None => StatusReasons.WaitingForReady,
            InstanceState.Draining => StatusReasons.Draining,
            _ => instance.Reason,
        };

    private static Instance? Stored(TenantView view, string id) => view.State.Instances.FirstOrDefault(row => row.Id == id);

    private static Instance Row(TenantView view, InstanceObservation instance)
    {
        var stored = Stored(view, instance.Id);
        return new Instance
        {
            Id = instance.Id,
            TenantId = view.State.Tenant.Id,
            State = InstanceState.Starting,
            Claim = stored?.Claim ?? InstanceClaim.None,
            Endpoint = instance.Endpoint,
            RestartEpoch = instance.RestartEpoch,
            CreatedAt = instance.CreatedAt,
            StartedAt = instance.StartedAt,
            ExitCode = instance.ExitCode,
            Revision = stored?.Revision ?? 0,
        };
    }
}
