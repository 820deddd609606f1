using TenantKit.Leases;
using TenantKit.Orchestration;
using TenantKit.Simulation.Faults;
using TenantKit.Simulation.Parts;
using TenantKit.Simulation.Workload;
using TenantKit.Tenants;
using TenantKit.Testing.Virtual;

namespace TenantKit.Simulation.Invariants;

/// <summary>What must hold of every effect at the runtime: when it is sent, and when it happens.</summary>
internal sealed class EffectRules(Cluster cluster)
{
    /// <summary>How fast the clock of a replica goes at most where clocks drift.</summary>
    private const double FastestClock = 1.05;

    private readonly Dictionary<string, (Actor Actor, int Count, TimeSpan SentAt, TimeSpan At)> failures = new(StringComparer.Ordinal);
    private readonly Dictionary<(int Shard, long Token), Actor> actors = [];

    /// <summary>When an effect last changed something that runs.</summary>
    public TimeSpan LastEffect { get; private set; }

    /// <summary>At the moment the actor sends it: may it?</summary>
    public void Sent(Actor actor, VirtualNode node, UnitRef unit, long token, bool starts = false)
    {
        var shard = Shards.Of(unit.TenantId);
        var lease = cluster.Store.LeaseOf(Shards.NameOf(shard));
        cluster.Check(
            lease is not null && lease.Token == token && lease.Holder == actor.Replica,
            Rules.Fencing,
            $"{actor} acts on {unit.TenantId} with token {token}, but {lease?.Name} is held by {lease?.Holder ?? "nobody"} with {lease?.Token}");
        cluster.Check(
            actors.TryAdd((shard, token), actor) || actors[(shard, token)] == actor,
            Rules.OneActor,
            $"{actor} acts with token {token} of share {shard}, as {actors[(shard, token)]} did");
        if (starts)
        {
            JudgeBackOff(actor, unit.TenantId);
        }

        if (starts && cluster.Store.Find(unit.TenantId) is { Status.RetryAt: { } retryAt } && !cluster.HasClockFaults)
        {
            cluster.Check(retryAt <= node.GetUtcNow(), Rules.BackOff, $"{actor} acts on {unit.TenantId} before its back-off ends at {retryAt:HH:mm:ss.fff}");
        }
    }

    public void Succeeded(string tenantId) => failures.Remove(tenantId);

    public void Failed(Actor actor, string tenantId, TimeSpan sentAt) =>
        failures[tenantId] = (actor, failures.TryGetValue(tenantId, out var last) && last.Actor == actor ? last.Count + 1 : 1, sentAt, cluster.World.Elapsed);

    /// <summary>
    /// From the second failure in a row on, the next try comes no sooner than half the shortest back-off, unless somebody asked anew: since the call
    /// was sent that failed, for it may have been under way for long, and for what was wanted before.
    /// </summary>
    private void JudgeBackOff(Actor actor, string tenantId)
    {
        if (failures.TryGetValue(tenantId, out var last) && last.Actor == actor && last.Count > 1 && cluster.Store.Rules.IntendedAt(tenantId) < last.SentAt)
        {
            var passed = cluster.World.Elapsed - last.At;
            cluster.Check(
                passed > cluster.Setup.Options.MinBackoff * 0.4, Rules.BackOff, $"{actor} tries {tenantId} again {passed} after failure {last.Count} in a row");
        }
    }

    /// <summary>At the moment the actor sends a sleep or a delete: is it asked for?</summary>
    public void StopSent(Actor actor, UnitRef unit, bool deletes, bool deletesData)
    {
        var state = cluster.Store.Find(unit.TenantId);
        if (state is null)
        {
            cluster.Check(!deletesData, Rules.DataKept, $"{actor} removes data of {unit.TenantId}, which nobody knows");
            return;
        }

        var tenant = state.Tenant;
        if (deletes)
        {
            cluster.Check(tenant.Desired == DesiredState.Deleted, Rules.StopAsked, $"{actor} deletes the unit of {tenant.Id}, which is wanted {tenant.Desired}");
            var age = VirtualWorld.Epoch + cluster.World.Elapsed - (tenant.DeletedAt ?? DateTimeOffset.MaxValue);
            cluster.Check(
                !deletesData || cluster.HasClockFaults || age >= cluster.Setup.Options.DataRetention,
                Rules.DataKept,
                $"{actor} removes data of {tenant.Id} {age} after its deletion; it is to be kept for {cluster.Setup.Options.DataRetention}");
            return;
        }

        cluster.Check(
            tenant.Desired != DesiredState.Running || tenant.Suspended || state.Status.Phase == TenantPhase.Failed || cluster.Store.Rules.ChangedSinceJudged(tenant.Id),
            Rules.StopAsked,
            $"{actor} puts {tenant.Id} to sleep, which is wanted {tenant.Desired} and is {state.Status.Phase} ({state.Status.Reason})");
    }

    /// <summary>At the moment it happens: what an ensure needs.</summary>
    public void Ensuring(Actor actor, UnitSpec spec, bool knewOfDeletion)
    {
        var state = cluster.Store.Find(spec.Unit.TenantId);
        if (state is null)
        {
            cluster.Check(false, Rules.NoOrphan, $"{actor} starts a unit for {spec.Unit.TenantId}, which the store does not know");
            return;
        }

        var tenant = state.Tenant;
        if (spec.FencingToken == cluster.Store.LeaseOf(Shards.NameOf(Shards.Of(tenant.Id)))?.Token)
        {
            cluster.Check(
                state.Ledger.Any(static entry => entry.Kind == LedgerKind.Compute) && state.Ledger.Any(static entry => entry.Kind == LedgerKind.Data),
                Rules.IntentFirst,
                $"{actor} starts the unit of {tenant.Id} without a ledger row");
        }

        cluster.Check(
            !knewOfDeletion,
            Rules.DeleteFinal,
            $"{actor} starts the unit of {tenant.Id}, which was deleted before");
    }

    /// <summary>After it happened: what started and what was stopped.</summary>
    /// <param name="inTouch">The lives of gateways that were in touch when it was sent: nothing may happen behind their back.</param>
    public void Happened(
        Actor actor, string tenantId, IReadOnlyList<InstanceObservation> before, IReadOnlyList<InstanceObservation> after, IReadOnlySet<(GatewayPart, int)> inTouch)
    {
        var alive = after.Where(IsLive).Select(static instance => instance.Id).ToHashSet(StringComparer.Ordinal);
        var stopped = before.Where(instance => IsLive(instance) && !alive.Contains(instance.Id)).ToList();
        var started = alive.Count(id => before.All(instance => instance.Id != id));
        if (stopped.Count + started == 0)
        {
            return;
        }

        LastEffect = cluster.World.Elapsed;
        cluster.Note($"{actor} at {tenantId}: {started} started, stopped: {string.Join(' ', stopped.Select(static instance => instance.Id))}");
        cluster.Check(alive.Count <= 4, Rules.ReplicaLimit, $"{alive.Count} instances of {tenantId} live");
        stopped.ForEach(instance => JudgeStop(actor, tenantId, instance, inTouch));
        if (started > 0)
        {
            JudgeStart(actor, tenantId);
        }
    }

    private void JudgeStart(Actor actor, string tenantId)
    {
        if (cluster.Setup.Replicas > 1 || cluster.Faults.IsOn(FaultKind.RuntimeWithoutFencing))
        {
            return;
        }

        // Counted where it can be exact: with one replica. Starting is what has instances and is not, or no longer, recorded as running.
        var starting = cluster.Store.Rules.Known.Where(id => Starts(cluster.Store.Find(id)!) && cluster.Runtime.Truth(id)?.Instances.Any(instance => IsNotReadyYet(id, instance)) == true).ToList();
        cluster.Check(
            starting.Count <= cluster.Setup.Options.MaxConcurrentStarts,
            Rules.StartLimit,
            $"{actor} starts {tenantId}; now {starting.Count} start of {cluster.Setup.Options.MaxConcurrentStarts} at most");
    }

    /// <summary>
    /// What a probe has found ready has started, whether or not that is recorded yet. And who changed their mind in the middle of a start, and
    /// again, gave its place away without stopping it.
    /// </summary>
    private bool IsNotReadyYet(string tenantId, InstanceObservation instance) =>
        IsLive(instance) && instance.CreatedAt - VirtualWorld.Epoch >= cluster.Store.Rules.IntendedAt(tenantId) && !(cluster.Runtime.Apps.TryGetValue(instance.Id, out var app) && app.WasReady);

    private static bool Starts(TenantState state) => state is
    {
        Tenant: { Desired: DesiredState.Running, Suspended: false },
        Status: { Phase: TenantPhase.Provisioning or TenantPhase.Starting, Reason: not StatusReasons.WaitingForStartSlot, ConsecutiveFailures: < 3 },
    };

    /// <summary>Before a planned stop all gateways that can be reached have withdrawn the instance and finished with it, or their time is over.</summary>
    private void JudgeStop(Actor actor, string tenantId, InstanceObservation instance, IReadOnlySet<(GatewayPart, int)> inTouch)
    {
        if (cluster.Store.Find(tenantId) is not { } state || !cluster.Runtime.Apps.TryGetValue(instance.Id, out var app))
        {
            return;
        }

        var limit = cluster.Setup.Options.DrainTimeout;
        if (state.Tenant.Desired == DesiredState.Deleted && limit > TimeSpan.FromSeconds(5))
        {
            limit = TimeSpan.FromSeconds(5);
        }

        if (cluster.Faults.IsOn(FaultKind.ClockDrift))
        {
            limit /= FastestClock;
        }

        var since = cluster.Store.Rules.IntendedAt(tenantId);
        var waited = cluster.World.Elapsed - (cluster.Store.Rules.WithdrawnAt(instance.Id) is { } withdrawn && withdrawn < since ? withdrawn : since);
        var isIdle = state.Tenant is { Origin: IntentOrigin.Background, Suspended: false, Desired: DesiredState.Sleeping };
        if ((cluster.HasClockFaults && isIdle) || (waited + TimeSpan.FromMilliseconds(50) >= limit && !isIdle) || state.Status.Phase == TenantPhase.Failed)
        {
            return;
        }

        foreach (var delivery in app.InFlight)
        {
            cluster.Check(
                !inTouch.Contains((delivery.Gateway, delivery.Life)),
                Rules.WithdrawFirst,
                $"{actor} stops {instance.Id} of {tenantId} {waited} after that was asked for, in the middle of {delivery.Request}");
        }

        foreach (var gateway in cluster.Gateways.Where(gateway => inTouch.Contains((gateway, gateway.Life))))
        {
            cluster.Check(
                !gateway.Routes(tenantId, instance.Id),
                Rules.WithdrawFirst,
                $"{actor} stops {instance.Id} of {tenantId} {waited} after that was asked for, while {gateway.Name} still sends it requests");
        }

        if (isIdle)
        {
            JudgeIdle(actor, tenantId, instance, inTouch);
        }
    }

    /// <summary>A tenant that somebody used after the moment up to which it was known to be idle is not idle.</summary>
    private void JudgeIdle(Actor actor, string tenantId, InstanceObservation instance, IReadOnlySet<(GatewayPart, int)> inTouch)
    {
        var decided = cluster.Store.Rules.IdleSince(tenantId);
        var state = cluster.Store.Find(tenantId)!;
        var timeout = cluster.Setup.Templates.First(template => template.Name == state.Tenant.TemplateName).IdleTimeout ?? TimeSpan.MaxValue;
        foreach (var gateway in cluster.Gateways.Where(gateway => inTouch.Contains((gateway, gateway.Life))))
        {
            cluster.Check(
                gateway.LastForward(tenantId) is not { } latest || VirtualWorld.Epoch + cluster.World.Elapsed - latest > timeout / 2,
                Rules.IdleSafety,
                $"{actor} stops {instance.Id} of {tenantId} as idle for {timeout}, but {gateway.Name} forwarded at {gateway.LastForward(tenantId):HH:mm:ss.fff}");
            // A replica that began anew may not know of the last use, but then it has waited the whole time-out itself.
            cluster.Check(
                gateway.LastForward(tenantId) is not { } last
                    || last <= (decided ?? DateTimeOffset.MaxValue)
                    || VirtualWorld.Epoch + cluster.World.Elapsed - last >= timeout,
                Rules.IdleSafety,
                $"{actor} stops {instance.Id} of {tenantId} as idle since {decided:HH:mm:ss.fff}, but {gateway.Name} forwarded at {gateway.LastForward(tenantId):HH:mm:ss.fff}");
        }
    }

    private static bool IsLive(InstanceObservation instance) => instance.State is RuntimeState.Creating or RuntimeState.Running;
}
