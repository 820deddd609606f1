using TenantKit.Orchestration;
using TenantKit.Routing;
using TenantKit.Templates;
using TenantKit.Tenants;

namespace TenantKit.Reconciliation.Planning;

/// <summary>All that one decision rests on: what is stored, what was observed, and the time.</summary>
internal sealed record TenantView
{
    private HashSet<string>? leaving;

    public required TenantState State { get; init; }

    public required Template Template { get; init; }

    /// <summary>The unit as the runtime shows it; null when nothing of it exists.</summary>
    public required UnitObservation? Unit { get; init; }

    /// <summary>Probe results of running instances, by instance id.</summary>
    public required IReadOnlyDictionary<string, ProbeResult> Probes { get; init; }

    /// <summary>Failed probes in a row of instances that were ready once, by instance id.</summary>
    public required Func<string, int> ProbeFailures { get; init; }

    /// <summary>True when no gateway sends the tenant's instances anything any more, given the revision that withdrew them.</summary>
    public required Func<long, bool> IsDrained { get; init; }

    /// <summary>How long an instance, by its id, has been drained for; zero when it is not recorded as draining.</summary>
    public required Func<string, TimeSpan> DrainedFor { get; init; }

    public required DateTimeOffset Now { get; init; }

    public DateTimeOffset? LastAccessAt { get; init; }

    /// <summary>Takes or keeps a place among the concurrent starts.</summary>
    public required Func<bool> TryEnterStart { get; init; }

    public required Backoff Backoff { get; init; }

    /// <summary>What is left until the next try that a status names; null when nothing is waited out.</summary>
    public required Func<TenantStatus, TimeSpan?> BackoffLeft { get; init; }

    public required TenantKitOptions Options { get; init; }

    public UnitRef UnitRef => new(State.Tenant.Id, State.Tenant.UnitName);

    public IReadOnlyList<InstanceObservation> Live =>
        Unit is null ? [] : [.. Unit.Instances.Where(static instance => instance.State is RuntimeState.Creating or RuntimeState.Running)];

    /// <summary>
    /// Living instances that are to go while the tenant stays awake: those of an older epoch, and of the others the newest beyond the wanted
    /// number, as the orchestrator would choose them.
    /// </summary>
    public IReadOnlySet<string> Leaving => leaving ??= FindLeaving();

    /// <summary>What is left of the time in which requests may finish, for the one of the rows that was withdrawn last.</summary>
    /// <param name="rows">Instances to stop.</param>
    /// <param name="limit">How long each of them has.</param>
    /// <param name="since">Since when the tenant drains: counts where no instance lives.</param>
    public TimeSpan DrainLeft(IReadOnlyList<Instance> rows, TimeSpan limit, DateTimeOffset since) =>
        limit - (rows.Count == 0 ? Now - since : rows.Min(row => DrainedFor(row.Id)));

    private HashSet<string> FindLeaving()
    {
        var current = Live.Where(instance => instance.RestartEpoch >= State.Tenant.RestartEpoch).ToList();
        var outdated = Live.Where(instance => instance.RestartEpoch < State.Tenant.RestartEpoch);
        return outdated.Concat(current.Skip(State.Tenant.Replicas)).Select(static instance => instance.Id).ToHashSet(StringComparer.Ordinal);
    }
}
