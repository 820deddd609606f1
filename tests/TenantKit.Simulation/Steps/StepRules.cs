using TenantKit.Orchestration;
using TenantKit.Orchestration.InMemory;
using TenantKit.Storage;
using TenantKit.Tenants;
using TenantKit.Testing.Virtual;

namespace TenantKit.Simulation.Steps;

/// <summary>What must hold at every step, and what at rest. Keeps what did not.</summary>
internal sealed class StepRules(StepWorld world)
{
    private const string Mark = "owner";

    public List<string> Broken { get; } = [];

    public void Check(bool holds, FormattableString detail)
    {
        if (!holds)
        {
            Broken.Add($"{world.World.Elapsed}: {FormattableString.Invariant(detail)}");
        }
    }

    /// <summary>What the control loop writes needs a lease that holds at that moment.</summary>
    public Action BeforeCommit(ChangeSet changes)
    {
        var leases = world.Store.ListLeasesAsync(CancellationToken.None).Result.ToDictionary(static lease => lease.Name, static lease => lease.Token);
        var needed = changes.Writes.Any(static write => write.Record is Instance or LedgerEntry);
        return () =>
        {
            Check(!needed || changes.Fences.Count > 0, $"a commit of the control loop without a fence");
            foreach (var fence in changes.Fences)
            {
                Check(leases.GetValueOrDefault(fence.LeaseName) == fence.Token, $"a commit under {fence}, but the lease has {leases.GetValueOrDefault(fence.LeaseName)}");
            }

            JudgePromises();
        };
    }

    /// <summary>Nothing is made outside that the store does not know of.</summary>
    public void Ensuring(UnitSpec spec)
    {
        var promised = Promised(world.State);
        Check(
            spec.Replicas == 0 || (promised.Contains(LedgerKind.Compute) && promised.Contains(LedgerKind.Data)),
            $"ensure of {spec.Unit.Name} with a ledger of only [{string.Join(' ', promised)}]");
    }

    /// <summary>Data goes after its tombstone's retention only.</summary>
    public void Deleting(UnitRef unit, bool deleteData)
    {
        var deletedAt = world.State?.Tenant.DeletedAt;
        Check(deletedAt is not null, $"delete of {unit.Name}, which lives");
        Check(
            !deleteData || deletedAt + world.Options.DataRetention <= VirtualWorld.Epoch + world.World.Elapsed,
            $"the data of {unit.Name} is removed within its retention");
    }

    /// <summary>An app finds the data of its own tenant, or none when it is the tenant's first.</summary>
    public void AppStarted(InMemoryInstance instance)
    {
        var tenantId = instance.Spec.Unit.TenantId;
        if (!instance.Data.TryGetValue(Mark, out var owner))
        {
            Check(world.Started.TrueForAll(other => other == instance || other.Data == instance.Data), $"instance {instance.Id} finds its data gone");
            instance.Data[Mark] = owner = tenantId;
        }

        Check(owner == tenantId, $"instance {instance.Id} of {tenantId} finds data of {owner}");
    }

    /// <summary>Judges the world at rest.</summary>
    public void Judge() => Check(Misfit() is null, $"{Misfit()}");

    /// <summary>What is not as it is wanted; null at rest.</summary>
    public string? Misfit()
    {
        if (world.State is not { } state)
        {
            return world.Units.Count == 0 ? "no tenant" : "a unit without a tenant";
        }

        var unit = world.Unit;
        if (unit is not null && unit.Unit.Name != state.Tenant.UnitName)
        {
            return $"unit {unit.Unit.Name} belongs to nobody";
        }

        if (state.OpenOperations.Count > 0)
        {
            return $"open operations: {string.Join(' ', state.OpenOperations.Select(static each => each.Kind))}";
        }

        var promised = Promised(state);
        if (promised.Contains(LedgerKind.Compute) != (unit?.HasCompute == true) || promised.Contains(LedgerKind.Data) != (unit?.HasData == true))
        {
            return $"the ledger has [{string.Join(' ', promised)}], but there is {(unit is null ? "nothing" : $"compute {unit.HasCompute}, data {unit.HasData}")}";
        }

        return MisfitOf(state, unit) ?? (state.Tenant.Desired == DesiredState.Deleted || IsKept(unit) ? null : "the data of a living tenant is gone");
    }

    private static HashSet<LedgerKind> Promised(TenantState? state) => state?.Ledger.Select(static entry => entry.Kind).ToHashSet() ?? [];

    /// <summary>A promise is taken back only once its object is gone.</summary>
    private void JudgePromises()
    {
        var (promised, unit) = (Promised(world.State), world.Unit);
        Check(
            (unit?.HasCompute != true || promised.Contains(LedgerKind.Compute)) && (unit?.HasData != true || promised.Contains(LedgerKind.Data)),
            $"the unit is there, but the ledger has only [{string.Join(' ', promised)}]");
    }

    private static string? MisfitOf(TenantState state, UnitObservation? unit)
    {
        var (tenant, status) = (state.Tenant, state.Status);
        if (tenant.Desired == DesiredState.Deleted)
        {
            return unit is not null || status.Phase != TenantPhase.Deleted ? $"deleted, but {status.Phase} ({status.Reason})" : null;
        }

        var live = unit?.Instances.Where(static instance => instance.State != RuntimeState.Exited).ToList() ?? [];
        if (tenant.Suspended || tenant.Desired == DesiredState.Sleeping)
        {
            var asleep = tenant.Suspended ? status.Phase == TenantPhase.Suspended : status.Phase is TenantPhase.Sleeping or TenantPhase.Stopped;
            return live.Count > 0 || !asleep || status.ObservedGeneration != tenant.Generation ? $"wanted asleep, but {status.Phase} with {live.Count} instances" : null;
        }

        var right = live.Count(instance => instance is { State: RuntimeState.Running, IsCurrent: true } && instance.RestartEpoch >= tenant.RestartEpoch);
        var known = state.Instances.Where(static row => row.State == InstanceState.Ready).Select(static row => row.Id).ToHashSet();
        return status.Phase != TenantPhase.Running || right != tenant.Replicas || live.Count != right || status.ObservedGeneration != tenant.Generation
                || !known.SetEquals(live.Select(static instance => instance.Id))
            ? $"wanted running x{tenant.Replicas}, but {status.Phase} ({status.Reason}) with {live.Count} instances, {right} right, {known.Count} known as ready, observed {status.ObservedGeneration} of {tenant.Generation}"
            : null;
    }

    private bool IsKept(UnitObservation? unit) => unit is { HasData: true } && world.Started is [.., var last] && last.Data.ContainsKey(Mark);
}
