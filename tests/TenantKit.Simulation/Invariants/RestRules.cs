using TenantKit.Orchestration;
using TenantKit.Routing;
using TenantKit.Routing.Feed;
using TenantKit.Simulation.Parts;
using TenantKit.Simulation.Workload;
using TenantKit.Tenants;
using TenantKit.Testing.Virtual;

namespace TenantKit.Simulation.Invariants;

/// <summary>What must hold once faults have stopped and everybody had the time to come to rest.</summary>
internal sealed class RestRules(Cluster cluster, People people, Clients clients)
{
    /// <summary>True when every tenant is as it is wanted: asked after each event of the last phase until it holds.</summary>
    public bool IsAtRest() => cluster.Store.All().All(state => Misfit(state) is null) && cluster.Gateways.All(static gateway => gateway.Open.Count == 0);

    public void Judge()
    {
        var states = cluster.Store.All();
        foreach (var replica in cluster.Replicas.Where(static replica => replica.IsUp))
        {
            var (starting, waiting) = replica.Get<Reconciliation.Queue.StartLimiter>().Snapshot();
            cluster.Note($"{replica.Name}: starting {string.Join(' ', starting)}; waiting {string.Join(' ', waiting)}");
        }

        foreach (var state in states)
        {
            var misfit = Misfit(state);
            cluster.Check(misfit is null, Rules.Converged, $"{state.Tenant.Id} ({state.Tenant.Name}): {misfit}");
            cluster.Check(state.OpenOperations.Count == 0, Rules.Operations, $"{state.Tenant.Id} has open operations: {string.Join(' ', state.OpenOperations.Select(static each => each.Kind))}");
            JudgeLedger(state);
            JudgeOrders(state);
        }

        JudgeOrphans(states);
        JudgeOperations();
        JudgeRequests();
        JudgeRoutes(states);
        JudgeLeases();
        cluster.Check(
            cluster.Store.Rules.AuditRows >= cluster.Store.Rules.Intents, Rules.Audit, $"{cluster.Store.Rules.AuditRows} audit rows for {cluster.Store.Rules.Intents} changes");
    }

    /// <summary>After that, nothing happens any more without a reason.</summary>
    public void JudgeQuiet(TimeSpan since)
    {
        if (cluster.HasClockFaults)
        {
            // The end of a retention that a wrong clock began comes later than the world can be waited for.
            return;
        }

        cluster.Check(cluster.Store.Rules.LastChange <= since, Rules.Quiet, $"the store was written at {cluster.Store.Rules.LastChange}, at rest since {since}");
        cluster.Check(cluster.Runtime.Rules.LastEffect <= since, Rules.Quiet, $"the runtime was changed at {cluster.Runtime.Rules.LastEffect}, at rest since {since}");
    }

    private string? Misfit(TenantState state)
    {
        var (tenant, status) = (state.Tenant, state.Status);
        var unit = cluster.Runtime.Truth(tenant.Id);
        var live = unit?.Instances.Where(static instance => instance.State is RuntimeState.Creating or RuntimeState.Running).ToList() ?? [];
        if (tenant.Desired == DesiredState.Deleted)
        {
            if (status is { Phase: TenantPhase.Deleting, Reason: StatusReasons.DataRetained } && cluster.HasClockFaults && unit is { HasCompute: false })
            {
                return null; // a wrong clock put the end of the retention off
            }

            return (unit is not null && !IsKeptByWrongClock(state, unit)) || status.Phase != TenantPhase.Deleted
                ? $"deleted, but {status.Phase} ({status.Reason}) with {(unit is null ? "no unit" : "a unit")}"
                : null;
        }

        if (tenant.Suspended || tenant.Desired == DesiredState.Sleeping)
        {
            var asleep = tenant.Suspended ? status.Phase == TenantPhase.Suspended : status.Phase is TenantPhase.Sleeping or TenantPhase.Stopped;
            return unit?.HasCompute == true || !asleep ? $"wanted asleep, but {status.Phase} ({status.Reason}) with {live.Count} instances" : null;
        }

        var current = live.Count(instance => instance.RestartEpoch >= tenant.RestartEpoch);
        return status.Phase != TenantPhase.Running || current != tenant.Replicas || live.Count != current || status.ObservedGeneration != tenant.Generation
            ? $"wanted running x{tenant.Replicas}, but {status.Phase} ({status.Reason}) with {live.Count} instances, {current} current, observed {status.ObservedGeneration} of {tenant.Generation}"
            : cluster.Runtime.Resources.GetValueOrDefault(tenant.Id) != tenant.Resources
            ? $"wanted with {tenant.Resources}, but its unit was given {cluster.Runtime.Resources.GetValueOrDefault(tenant.Id)}"
            : null;
    }

    /// <summary>A start that came late made data after the tenant's end; it is kept for the retention, which a clock that was ahead began too late.</summary>
    private bool IsKeptByWrongClock(TenantState state, UnitObservation unit) =>
        cluster.HasClockFaults && !unit.HasCompute
        && state.Tenant.DeletedAt + cluster.Setup.Options.DataRetention + (3 * cluster.Setup.Options.ResyncInterval) > VirtualWorld.Epoch + cluster.World.Elapsed;

    private void JudgeLedger(TenantState state)
    {
        var unit = cluster.Runtime.Truth(state.Tenant.Id);
        if (unit is not null && state.Status.Phase == TenantPhase.Deleted && IsKeptByWrongClock(state, unit))
        {
            return;
        }

        var promised = state.Ledger.Select(static entry => entry.Kind).ToHashSet();
        cluster.Check(
            promised.Contains(LedgerKind.Compute) == (unit?.HasCompute == true) && promised.Contains(LedgerKind.Data) == (unit?.HasData == true),
            Rules.LedgerTruth,
            $"the ledger of {state.Tenant.Id} has {string.Join(' ', promised)}, but there is {(unit is null ? "nothing" : $"compute {unit.HasCompute}, data {unit.HasData}")}");
    }

    /// <summary>What an app acknowledged is there as long as its tenant lives.</summary>
    private void JudgeOrders(TenantState state)
    {
        if (state.Tenant.Desired == DesiredState.Deleted || cluster.Runtime.DataOf(state.Tenant.Id) is not { } data)
        {
            cluster.Check(
                state.Tenant.Desired == DesiredState.Deleted || !clients.Sent.Exists(request => request.ServedBy == state.Tenant.Id && request is { Writes: true, Status: 200 }),
                Rules.NoLostOrder,
                $"all data of {state.Tenant.Id} is gone");
            return;
        }

        foreach (var request in clients.Sent.Where(request => request.ServedBy == state.Tenant.Id && request is { Writes: true, Status: 200 }))
        {
            cluster.Check(data.ContainsKey("order/" + request.Number), Rules.NoLostOrder, $"{request} was acknowledged and is lost");
        }
    }

    private void JudgeOrphans(IReadOnlyList<TenantState> states)
    {
        var known = states.Select(static state => state.Tenant.UnitName).ToHashSet(StringComparer.Ordinal);
        foreach (var unit in cluster.Runtime.AllUnits())
        {
            cluster.Check(known.Contains(unit.Unit.Name), Rules.NoOrphan, $"unit {unit.Unit.Name} belongs to nobody");
        }
    }

    private void JudgeOperations()
    {
        foreach (var operation in people.Acknowledged)
        {
            var stored = cluster.Store.Store.FindOperationAsync(operation.Id, CancellationToken.None).Result;
            cluster.Check(
                stored?.EndedAt is not null || operation.State == Operations.OperationState.Succeeded,
                Rules.Operations,
                $"acknowledged operation {operation.Id} ({operation.Kind} of {operation.TenantId}) is {stored?.State.ToString() ?? "not in the store"}");
        }
    }

    private void JudgeRequests()
    {
        foreach (var request in clients.Sent.Where(static request => request is { Status: 0, AdmittedAt: not null }))
        {
            var stillThere = cluster.Gateways.Any(gateway => gateway.Open.Contains(request));
            cluster.Check(!stillThere, Rules.Answered, $"{request} was never answered");
        }
    }

    private void JudgeRoutes(IReadOnlyList<TenantState> states)
    {
        var derivation = new RouteDerivation(new Credentials());
        foreach (var gateway in cluster.Gateways)
        {
            foreach (var state in states)
            {
                var template = cluster.Setup.Templates.First(each => each.Name == state.Tenant.TemplateName);
                var wanted = derivation.Derive(state, template, 0);
                var found = gateway.Registry.TryGetById(state.Tenant.Id, out var route);
                cluster.Check(
                    wanted.State == RouteState.Gone ? !found : found && Text(route!) == Text(wanted),
                    Rules.FeedRest,
                    $"{gateway.Name} has {(found ? Text(route!) : "nothing")} for {state.Tenant.Id}, the store {Text(wanted)}");
            }
        }
    }

    private void JudgeLeases()
    {
        var held = cluster.Replicas.Where(static replica => replica.IsUp).Sum(static replica => replica.Leases.Held);
        cluster.Check(held == Leases.Shards.Count, Rules.Leases, $"{held} of {Leases.Shards.Count} shares are held");
    }

    private static string Text(Route route) => $"{route.TenantName} {route.State} {string.Join(' ', route.Instances.Select(static each => $"{each.InstanceId}@{each.Endpoint}{(each.Draining ? "-draining" : string.Empty)}"))}";
}
