using System.Runtime.CompilerServices;
using TenantKit.Audit;
using TenantKit.Operations;
using TenantKit.Storage;
using TenantKit.Templates;
using TenantKit.Tenants;
using TenantKit.Testing.Virtual;
using TenantKit.Users;

namespace TenantKit.Simulation.Parts;

/// <summary>The store as one life of a replica sees it: over the network.</summary>
internal sealed class StoreClient(Cluster cluster, Actor actor, VirtualNode node) : ITenantStore
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    public Task InitializeAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<long> CommitAsync(ChangeSet changes, CancellationToken cancellationToken)
    {
        var sent = cluster.Mutant.Rewrite(changes, actor);
        return sent is null
            ? Task.FromResult(0L)
            : CallAsync(store => cluster.Store.CommitAsync(actor, sent), cancellationToken, writes: true, sent.Writes.Any(static write => write.Record.Revision > 0));
    }

    public ValueTask<long> GetRevisionAsync(CancellationToken cancellationToken) =>
        new(CallAsync(store => store.GetRevisionAsync(CancellationToken.None).AsTask(), cancellationToken));

    public async Task<IReadOnlyList<ChangeLogEntry>> ReadAsync(long afterRevision, int limit, CancellationToken cancellationToken)
    {
        var entries = cluster.Mutant.Rewrite(await CallAsync(store => store.ReadAsync(afterRevision, limit, CancellationToken.None), cancellationToken));
        cluster.Note($"{actor} reads {entries.Count} changes after @{afterRevision}");
        return entries;
    }

    /// <summary>No call that is answered or lost: whoever waits is told when there is something, later or sooner.</summary>
    public Task WaitAsync(long afterRevision, CancellationToken cancellationToken)
    {
        var told = new TaskCompletionSource();
        _ = TellAsync(afterRevision, told);
        return told.Task.WaitAsync(cancellationToken);
    }

    public ValueTask<Tenant?> FindTenantAsync(string tenantId, CancellationToken cancellationToken) =>
        new(CallAsync(store => store.FindTenantAsync(tenantId, CancellationToken.None).AsTask(), cancellationToken));

    public ValueTask<Tenant?> FindTenantByNameAsync(string name, CancellationToken cancellationToken) =>
        new(CallAsync(store => store.FindTenantByNameAsync(name, CancellationToken.None).AsTask(), cancellationToken));

    public ValueTask<TenantState?> LoadStateAsync(string tenantId, CancellationToken cancellationToken) =>
        new(CallAsync(store => store.LoadStateAsync(tenantId, CancellationToken.None).AsTask(), cancellationToken));

    public async IAsyncEnumerable<TenantState> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var all = await CallAsync(
            async store =>
            {
                List<TenantState> states = [];
                await foreach (var state in store.ReadAllAsync(CancellationToken.None))
                {
                    states.Add(state);
                }

                return states;
            },
            cancellationToken);
        foreach (var state in all)
        {
            yield return state;
        }
    }

    public Task<Page<TenantState>> ListTenantsAsync(TenantFilter filter, PageRequest page, CancellationToken cancellationToken) =>
        CallAsync(store => store.ListTenantsAsync(filter, page, CancellationToken.None), cancellationToken);

    public ValueTask<User?> FindUserAsync(string userId, CancellationToken cancellationToken) =>
        new(CallAsync(store => store.FindUserAsync(userId, CancellationToken.None).AsTask(), cancellationToken));

    public ValueTask<User?> FindUserByNameAsync(string userName, CancellationToken cancellationToken) =>
        new(CallAsync(store => store.FindUserByNameAsync(userName, CancellationToken.None).AsTask(), cancellationToken));

    public Task<Page<User>> ListUsersAsync(UserFilter filter, PageRequest page, CancellationToken cancellationToken) =>
        CallAsync(store => store.ListUsersAsync(filter, page, CancellationToken.None), cancellationToken);

    public Task<IReadOnlyList<User>> ListUsersOfTenantAsync(string tenantId, CancellationToken cancellationToken) =>
        CallAsync(store => store.ListUsersOfTenantAsync(tenantId, CancellationToken.None), cancellationToken);

    public ValueTask<Template?> FindTemplateAsync(string name, int version, CancellationToken cancellationToken) =>
        new(CallAsync(store => store.FindTemplateAsync(name, version, CancellationToken.None).AsTask(), cancellationToken));

    public ValueTask<Template?> FindLatestTemplateAsync(string name, CancellationToken cancellationToken) =>
        new(CallAsync(store => store.FindLatestTemplateAsync(name, CancellationToken.None).AsTask(), cancellationToken));

    public ValueTask<Operation?> FindOperationAsync(string operationId, CancellationToken cancellationToken) =>
        new(CallAsync(store => store.FindOperationAsync(operationId, CancellationToken.None).AsTask(), cancellationToken));

    public ValueTask<RefreshToken?> FindRefreshTokenAsync(string hash, CancellationToken cancellationToken) =>
        new(CallAsync(store => store.FindRefreshTokenAsync(hash, CancellationToken.None).AsTask(), cancellationToken));

    public Task<Page<Template>> ListTemplatesAsync(PageRequest page, CancellationToken cancellationToken) =>
        CallAsync(store => store.ListTemplatesAsync(page, CancellationToken.None), cancellationToken);

    public Task<IReadOnlyList<Template>> ListTemplateVersionsAsync(string name, CancellationToken cancellationToken) =>
        CallAsync(store => store.ListTemplateVersionsAsync(name, CancellationToken.None), cancellationToken);

    public Task<Page<Operation>> ListOperationsAsync(string tenantId, PageRequest page, CancellationToken cancellationToken) =>
        CallAsync(store => store.ListOperationsAsync(tenantId, page, CancellationToken.None), cancellationToken);

    public ValueTask<IdempotencyRecord?> FindIdempotencyRecordAsync(string key, CancellationToken cancellationToken) =>
        new(CallAsync(store => store.FindIdempotencyRecordAsync(key, CancellationToken.None).AsTask(), cancellationToken));

    public Task<Page<AuditEntry>> ListAuditAsync(AuditFilter filter, PageRequest page, CancellationToken cancellationToken) =>
        CallAsync(store => store.ListAuditAsync(filter, page, CancellationToken.None), cancellationToken);

    public Task<IReadOnlyList<Lease>> ListLeasesAsync(CancellationToken cancellationToken) =>
        CallAsync(store => store.ListLeasesAsync(CancellationToken.None), cancellationToken);

    public Task<IReadOnlyList<Revocation>> ListRevocationsAsync(long afterRevision, CancellationToken cancellationToken) =>
        CallAsync(store => store.ListRevocationsAsync(afterRevision, CancellationToken.None), cancellationToken);

    private async Task TellAsync(long afterRevision, TaskCompletionSource told)
    {
        var waiting = cluster.Store.Node.RunAsync(() => cluster.Store.Store.WaitAsync(afterRevision, CancellationToken.None));
        await waiting;
        while (cluster.Network.Carry(cluster.Store.Node, node) is not { } delay)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), node);
        }

        node.Post(() => told.TrySetResult());
    }

    private Task<T> CallAsync<T>(Func<Storage.InMemory.InMemoryTenantStore, Task<T>> call, CancellationToken cancellationToken, bool writes = false, bool updates = false) =>
        cluster.Network.CallAsync(
            node,
            cluster.Store.Node,
            () => cluster.Store.ServeAsync(() => call(cluster.Store.Store), writes, updates),
            static () => new StoreUnavailableException("The database did not answer in time."),
            Timeout,
            cancellationToken);
}
