using TenantKit.Simulation.Faults;
using TenantKit.Simulation.Invariants;
using TenantKit.Storage;
using TenantKit.Storage.InMemory;
using TenantKit.Tenants;
using TenantKit.Testing.Virtual;

namespace TenantKit.Simulation.Parts;

/// <summary>The database that all replicas share, with its faults.</summary>
internal sealed class StoreServer(Cluster cluster)
{
    private TimeSpan pausedUntil;

    public VirtualNode Node { get; } = cluster.World.CreateNode("store");

    /// <summary>The truth.</summary>
    public InMemoryTenantStore Store { get; } = new();

    public CommitRules Rules { get; } = new(cluster);

    /// <summary>One call at the server: may wait, fail before, or fail after its effect.</summary>
    public async Task<T> ServeAsync<T>(Func<Task<T>> call, bool writes, bool updates = false)
    {
        if (cluster.Faults.Strikes(FaultKind.StorePause))
        {
            pausedUntil = cluster.World.Elapsed + cluster.Faults.LotsOf(FaultKind.StorePause).Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(25));
            cluster.Note($"store pauses until {pausedUntil}");
        }

        if (pausedUntil > cluster.World.Elapsed && !cluster.Faults.Healed)
        {
            await Task.Delay(pausedUntil - cluster.World.Elapsed, Node);
        }

        if (cluster.Faults.Strikes(FaultKind.StoreSlow))
        {
            await Task.Delay(cluster.Faults.LotsOf(FaultKind.StoreSlow).Between(TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(2)), Node);
        }

        if (cluster.Faults.Strikes(FaultKind.StoreErrorBefore))
        {
            throw new StoreUnavailableException("Injected: the database failed before the call.");
        }

        if (writes && cluster.Faults.Strikes(FaultKind.StoreConflict))
        {
            throw !updates || cluster.Faults.LotsOf(FaultKind.StoreConflict).Chance(0.5)
                ? new StoreUnavailableException("Injected: could not serialize access.")
                : new RevisionConflictException("Row", "injected");
        }

        var result = await call();
        if (writes && cluster.Faults.Strikes(FaultKind.StoreCommitAnswerLost))
        {
            throw new StoreUnavailableException("Injected: the answer to the commit was lost.");
        }

        return result;
    }

    public Task<long> CommitAsync(Actor actor, ChangeSet changes)
    {
        var check = Rules.Before(actor, changes);
        var commit = Store.CommitAsync(changes, CancellationToken.None);
        if (commit.IsCompletedSuccessfully && !changes.IsEmpty)
        {
            check();
            Rules.After(actor, changes, commit.Result);
        }

        return commit;
    }

    public TenantState? Find(string tenantId) => Store.LoadStateAsync(tenantId, CancellationToken.None).Result;

    public Lease? LeaseOf(string name) => Store.ListLeasesAsync(CancellationToken.None).Result.FirstOrDefault(lease => lease.Name == name);

    public IReadOnlyList<TenantState> All()
    {
        List<TenantState> all = [];
        foreach (var id in Rules.Known)
        {
            all.Add(Find(id)!);
        }

        return all;
    }
}
