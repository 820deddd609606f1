using TenantKit.Leases;
using TenantKit.Simulation.Parts;
using TenantKit.Storage;
using TenantKit.Tenants;

namespace TenantKit.Simulation.Invariants;

/// <summary>What must hold of every commit.</summary>
internal sealed class CommitRules(Cluster cluster)
{
    /// <summary>From the read that a decision rests on to its effect.</summary>
    private static readonly TimeSpan LongestPass = TimeSpan.FromSeconds(12);

    /// <summary>By then every report of a gateway in touch has told of a request.</summary>
    private static readonly TimeSpan ReportedBy = TimeSpan.FromSeconds(15);

    private readonly Dictionary<string, TimeSpan> intendedAt = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TimeSpan> deletedAt = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset?> idleSince = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TimeSpan> judgedAt = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TimeSpan> withdrawnAt = new(StringComparer.Ordinal);
    private readonly SortedSet<string> known = new(StringComparer.Ordinal);
    private long lastRevision;
    private TenantStatus? statusBefore;

    /// <summary>Every tenant that ever was.</summary>
    public IReadOnlyCollection<string> Known => known;

    /// <summary>When anything but a lease or a last access was last written.</summary>
    public TimeSpan LastChange { get; private set; }

    public long Intents { get; private set; }

    public long AuditRows { get; private set; }

    public TimeSpan IntendedAt(string tenantId) => intendedAt.GetValueOrDefault(tenantId);

    /// <summary>True when people changed their mind after the control loop had read what it is about to do.</summary>
    public bool ChangedSinceJudged(string tenantId) =>
        IntendedAt(tenantId) >= judgedAt.GetValueOrDefault(tenantId) || cluster.World.Elapsed - IntendedAt(tenantId) < LongestPass;

    /// <summary>Since when an instance is recorded as one that gets no new requests; null when it never was.</summary>
    public TimeSpan? WithdrawnAt(string instanceId) => withdrawnAt.TryGetValue(instanceId, out var at) ? at : null;

    /// <summary>When its deletion was committed; null while it lives.</summary>
    public TimeSpan? DeletedAt(string tenantId) => deletedAt.TryGetValue(tenantId, out var at) ? at : null;

    /// <summary>The last access that the decision to sleep rested on.</summary>
    public DateTimeOffset? IdleSince(string tenantId) => idleSince.GetValueOrDefault(tenantId);

    /// <summary>Looks at the rows as they are before the commit; what it returns judges once it succeeded.</summary>
    public Action Before(Actor actor, ChangeSet changes)
    {
        var tenants = changes.Writes.Where(static write => !write.IsDelete).Select(static write => write.Record).OfType<Tenant>().ToList();
        var before = tenants.ToDictionary(static tenant => tenant.Id, tenant => cluster.Store.Store.FindTenantAsync(tenant.Id, CancellationToken.None).Result);
        List<Action> judged = [];
        foreach (var write in changes.Writes)
        {
            switch (write.Record)
            {
                case Tenant tenant:
                    judged.Add(() => JudgeIntent(tenant, before[tenant.Id], changes));
                    break;
                case TenantStatus status:
                    var old = cluster.Store.Find(status.TenantId);
                    statusBefore = old?.Status;
                    var lease = cluster.Store.LeaseOf(Shards.NameOf(Shards.Of(status.TenantId)));
                    var isIntent = before.ContainsKey(status.TenantId);
                    judged.Add(() => JudgeStatus(actor, status, old, lease, isIntent));
                    break;
                case LedgerEntry entry when write.IsDelete:
                    judged.Add(() => JudgeLedger(actor, entry));
                    break;
            }
        }

        return () => judged.ForEach(static judge => judge());
    }

    public void After(Actor actor, ChangeSet changes, long revision)
    {
        cluster.Check(revision > lastRevision, Rules.Monotone, $"revision {revision} after {lastRevision}");
        lastRevision = revision;
        var onlyAccess = changes.Writes.Select(static write => write.Record).OfType<TenantStatus>().Where(IsOnlyAccess).Cast<object>().ToHashSet();
        AuditRows += changes.Audit.Count;
        foreach (var record in changes.Writes.Select(static write => write.Record))
        {
            if (record is Instance { State: InstanceState.Draining } instance)
            {
                withdrawnAt.TryAdd(instance.Id, cluster.World.Elapsed);
            }

            if (record is not Lease && !onlyAccess.Contains(record))
            {
                LastChange = cluster.World.Elapsed;
            }

            cluster.Note($"{actor} writes @{revision} {Describe(record)}");
            cluster.World.Mix((ulong)revision);
        }
    }

    /// <summary>The last access is written now and then; it is no change of the tenant.</summary>
    private bool IsOnlyAccess(TenantStatus status) => statusBefore is { } before && before with { LastAccessAt = status.LastAccessAt, Revision = status.Revision } == status;

    private void JudgeIntent(Tenant tenant, Tenant? old, ChangeSet changes)
    {
        Intents++;
        known.Add(tenant.Id);
        intendedAt[tenant.Id] = cluster.World.Elapsed;
        var rows = changes.Audit.Count(entry => entry.Target == "tenant/" + tenant.Id);
        cluster.Check(rows == 1, Rules.Audit, $"{rows} audit rows for a change of tenant {tenant.Id}");
        cluster.Check(
            changes.Writes.Any(write => write.Record is Operations.Operation operation && operation.TenantId == tenant.Id && operation.TargetGeneration == tenant.Generation),
            Rules.Audit,
            $"no operation for generation {tenant.Generation} of tenant {tenant.Id}");
        if (old is not null)
        {
            cluster.Check(tenant.Generation == old.Generation + 1, Rules.Monotone, $"generation {old.Generation} -> {tenant.Generation} of {tenant.Id}");
            cluster.Check(tenant.RestartEpoch >= old.RestartEpoch, Rules.Monotone, $"epoch {old.RestartEpoch} -> {tenant.RestartEpoch} of {tenant.Id}");
            cluster.Check(old.Desired != DesiredState.Deleted, Rules.DeleteFinal, $"tenant {tenant.Id} is wanted {tenant.Desired} after its deletion");
            cluster.Check(tenant.Name == old.Name && tenant.OwnerUserId == old.OwnerUserId, Rules.Monotone, $"tenant {tenant.Id} changed its name");
        }

        cluster.Check(tenant.Origin != IntentOrigin.Wake || !tenant.Suspended, Rules.WhoWakes, $"tenant {tenant.Id} is woken, though it is suspended");
        if (tenant is { Desired: DesiredState.Sleeping, Origin: IntentOrigin.Background })
        {
            JudgeIdle(tenant.Id);
        }

        if (tenant.Desired == DesiredState.Deleted)
        {
            deletedAt[tenant.Id] = cluster.World.Elapsed;
        }

        cluster.Decide(tenant);
        idleSince[tenant.Id] = changes.Writes.Select(static write => write.Record).OfType<TenantStatus>().FirstOrDefault()?.LastAccessAt;
    }

    /// <summary>Whoever has a request under way is not idle.</summary>
    private void JudgeIdle(string tenantId)
    {
        foreach (var delivery in cluster.Runtime.Apps.Values.Where(app => app.TenantId == tenantId && app.IsRunning).SelectMany(static app => app.InFlight))
        {
            cluster.Check(
                !delivery.Gateway.IsInTouch || delivery.Gateway.Life != delivery.Life || cluster.World.Elapsed - delivery.Since < ReportedBy,
                Rules.IdleSafety,
                $"tenant {tenantId} is called idle, but {delivery.Request} is under way since {delivery.Since}");
        }
    }

    private void JudgeStatus(Actor actor, TenantStatus status, TenantState? old, Lease? lease, bool isIntent)
    {
        var tenant = cluster.Store.Find(status.TenantId)!.Tenant;
        cluster.Check(status.ObservedGeneration <= tenant.Generation, Rules.Monotone, $"{status.TenantId} observed {status.ObservedGeneration} of {tenant.Generation}");
        if (isIntent)
        {
            return;
        }

        judgedAt[status.TenantId] = cluster.World.Elapsed;

        cluster.Check(
            lease?.Holder == actor.Replica,
            Rules.Fencing,
            $"{actor} wrote the status of {status.TenantId}, whose lease {lease?.Name} is held by {lease?.Holder ?? "nobody"}");
        cluster.Check(
            status is not { Phase: TenantPhase.Failed, Reason: StatusReasons.OrchestratorUnavailable } || !cluster.Store.Find(status.TenantId)!.Instances.Any(static row => row.State == InstanceState.Ready),
            Rules.Warm,
            $"{status.TenantId} is called failed because the runtime does not answer, but its app does");
        cluster.Check(
            status.RetryAt is null || status.RetryAt == old?.Status.RetryAt || status.ConsecutiveFailures > old?.Status.ConsecutiveFailures
                // Counted anew where an app ended while the runtime did not answer, and nowhere else.
                || (status.ConsecutiveFailures == 1 && old?.Status.Reason == StatusReasons.OrchestratorUnavailable
                    && old.Instances.Any(static row => row.State is InstanceState.Starting or InstanceState.Ready or InstanceState.Unhealthy)),
            Rules.BackOff,
            $"{status.TenantId} is to be tried again at {status.RetryAt:HH:mm:ss.fff}, but its failures stay {status.ConsecutiveFailures}");
        cluster.Check(
            status.ObservedGeneration >= (old?.Status.ObservedGeneration ?? 0),
            Rules.Monotone,
            $"{status.TenantId} observed {old?.Status.ObservedGeneration} -> {status.ObservedGeneration}");
        cluster.Check(
            old?.Status.Phase != TenantPhase.Deleted, Rules.DeleteFinal, $"{status.TenantId} is {status.Phase} after it was deleted");
    }

    /// <summary>A promise is taken back only once the object's absence was seen.</summary>
    private void JudgeLedger(Actor actor, LedgerEntry entry)
    {
        var unit = cluster.Runtime.Truth(entry.TenantId);
        var exists = entry.Kind == LedgerKind.Compute ? unit?.HasCompute == true : unit is not null;
        cluster.Check(
            !exists || !cluster.Runtime.Fences || cluster.Runtime.HasLateCalls(entry.TenantId, actor),
            Rules.LedgerTruth,
            $"the ledger of {entry.TenantId} forgot {entry.Kind}: it exists");
    }

    private static FormattableString Describe(IStoreRecord record) => record switch
    {
        Tenant tenant => $"tenant {tenant.Id} {tenant.Name} wants {tenant.Desired} x{tenant.Replicas} g{tenant.Generation} e{tenant.RestartEpoch} suspended {tenant.Suspended} by {tenant.Origin}",
        TenantStatus status => $"status {status.TenantId} {status.Phase} ({status.Reason}) observed {status.ObservedGeneration} applied {status.AppliedGeneration} failures {status.ConsecutiveFailures} retry {status.RetryAt:HH:mm:ss.fff}",
        Instance instance => $"instance {instance.Id} of {instance.TenantId} {instance.State} {instance.Claim}",
        LedgerEntry entry => $"ledger {entry.TenantId} {entry.Kind}",
        Lease lease => $"lease {lease.Name} {lease.Holder} t{lease.Token}",
        Operations.Operation operation => $"operation {operation.Id} {operation.Kind} of {operation.TenantId} {operation.State}",
        _ => $"{record.GetType().Name} {record.Key}",
    };
}
