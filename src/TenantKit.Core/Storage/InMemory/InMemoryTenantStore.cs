using System.Globalization;
using System.Runtime.CompilerServices;
using TenantKit.Audit;
using TenantKit.Operations;
using TenantKit.Templates;
using TenantKit.Tenants;
using TenantKit.Users;

namespace TenantKit.Storage.InMemory;

/// <summary>Keeps everything in memory, for tests and trials: what is committed is gone with the process.</summary>
/// <remarks>One lock guards all; every method does its work before it returns, so virtual time needs no help from it.</remarks>
internal sealed class InMemoryTenantStore : ITenantStore
{
    /// <summary>Changes that can always be read again.</summary>
    internal const int ChangeLogCapacity = 100_000;

    private readonly Lock gate = new();
    private readonly MemoryTables tables = new();
    private readonly MemoryChangeLog changeLog;
    private readonly List<AuditEntry> audit = [];
    private readonly ChangeSignal signal = new();
    private long revision;

    public InMemoryTenantStore()
        : this(ChangeLogCapacity)
    {
    }

    internal InMemoryTenantStore(int changeLogCapacity) => changeLog = new MemoryChangeLog(changeLogCapacity);

    public Task InitializeAsync(CancellationToken cancellationToken) => Locked(static () => true, cancellationToken);

    public Task<long> CommitAsync(ChangeSet changes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(changes);
        return Locked(() => Commit(changes), cancellationToken);
    }

    public ValueTask<long> GetRevisionAsync(CancellationToken cancellationToken) => new(Locked(() => revision, cancellationToken));

    public Task<IReadOnlyList<ChangeLogEntry>> ReadAsync(long afterRevision, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        return Locked(() => changeLog.Read(afterRevision, limit), cancellationToken);
    }

    public Task WaitAsync(long afterRevision, CancellationToken cancellationToken) => signal.WaitAsync(afterRevision, cancellationToken);

    public ValueTask<Tenant?> FindTenantAsync(string tenantId, CancellationToken cancellationToken) =>
        new(Locked(() => tables.Tenants.Find(tenantId), cancellationToken));

    public ValueTask<Tenant?> FindTenantByNameAsync(string name, CancellationToken cancellationToken) =>
        new(Locked(() => tables.Tenants.In(tables.LivingTenantNames, name).FirstOrDefault(), cancellationToken));

    public ValueTask<TenantState?> LoadStateAsync(string tenantId, CancellationToken cancellationToken) =>
        new(Locked(() => tables.Tenants.Find(tenantId) is { } tenant ? tables.StateOf(tenant) : null, cancellationToken));

    public async IAsyncEnumerable<TenantState> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        const int Batch = 500;
        string? after = null;
        do
        {
            var page = await ListTenantsAsync(new TenantFilter(), new PageRequest(Batch, after), cancellationToken);
            foreach (var state in page.Items)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return state;
            }

            after = page.Next;
        }
        while (after is not null);
    }

    public Task<Page<TenantState>> ListTenantsAsync(TenantFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return Locked(() => Cut(
            MemoryFilters.Candidates(tables, filter, page.After).Select(tables.StateOf).Where(state => MemoryFilters.Matches(filter, state)),
            page,
            static state => state.Tenant.Id), cancellationToken);
    }

    public ValueTask<User?> FindUserAsync(string userId, CancellationToken cancellationToken) =>
        new(Locked(() => tables.Users.Find(userId), cancellationToken));

    public ValueTask<User?> FindUserByNameAsync(string normalizedUserName, CancellationToken cancellationToken) =>
        new(Locked(() => tables.Users.In(tables.LivingUserNames, normalizedUserName).FirstOrDefault(), cancellationToken));

    public Task<IReadOnlyList<User>> ListUsersOfTenantAsync(string tenantId, CancellationToken cancellationToken) =>
        Locked<IReadOnlyList<User>>(() => [.. tables.Users.In(tables.UsersByTenant, tenantId)], cancellationToken);

    public Task<Page<User>> ListUsersAsync(UserFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return Locked(() => Cut(
            tables.Users.After(page.After).Where(user => MemoryFilters.Matches(filter, user)), page, static user => user.Id), cancellationToken);
    }

    public ValueTask<RefreshToken?> FindRefreshTokenAsync(string hash, CancellationToken cancellationToken) =>
        new(Locked(() => tables.RefreshTokens.Find(hash), cancellationToken));

    public ValueTask<Template?> FindTemplateAsync(string name, int version, CancellationToken cancellationToken) =>
        new(Locked(() => tables.VersionsOf(name).FirstOrDefault(template => template.Version == version), cancellationToken));

    public ValueTask<Template?> FindLatestTemplateAsync(string name, CancellationToken cancellationToken) =>
        new(Locked(() => tables.VersionsOf(name).FirstOrDefault(), cancellationToken));

    public Task<Page<Template>> ListTemplatesAsync(PageRequest page, CancellationToken cancellationToken) =>
        Locked(() => Cut(
            tables.TemplatesByName.Values
                .Where(name => string.CompareOrdinal(name, page.After) > 0)
                .Select(name => tables.VersionsOf(name).First())
                .Where(static template => template.DeletedAt is null),
            page,
            static template => template.Name), cancellationToken);

    public Task<IReadOnlyList<Template>> ListTemplateVersionsAsync(string name, CancellationToken cancellationToken) =>
        Locked<IReadOnlyList<Template>>(() => [.. tables.VersionsOf(name)], cancellationToken);

    public ValueTask<Operation?> FindOperationAsync(string operationId, CancellationToken cancellationToken) =>
        new(Locked(() => tables.Operations.Find(operationId), cancellationToken));

    public Task<Page<Operation>> ListOperationsAsync(string tenantId, PageRequest page, CancellationToken cancellationToken) =>
        Locked(() => Cut(
            tables.Operations.In(tables.OperationsByTenant, tenantId).Reverse()
                .Where(operation => page.After is null || string.CompareOrdinal(operation.Id, page.After) < 0),
            page,
            static operation => operation.Id), cancellationToken);

    public ValueTask<IdempotencyRecord?> FindIdempotencyRecordAsync(string key, CancellationToken cancellationToken) =>
        new(Locked(() => tables.IdempotencyRecords.Find(key), cancellationToken));

    public Task<Page<AuditEntry>> ListAuditAsync(AuditFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var before = AuditPosition.Parse(page.After);
        return Locked(() =>
        {
            var newestFirst = Enumerable.Range(1, audit.Count).Reverse().SkipWhile(position => position >= before)
                .Where(position => MemoryFilters.Matches(filter, audit[position - 1]));
            var cut = Cut(newestFirst, page, static position => position.ToString(CultureInfo.InvariantCulture));
            return new Page<AuditEntry>([.. cut.Items.Select(position => audit[position - 1])], cut.Next);
        }, cancellationToken);
    }

    public Task<IReadOnlyList<Lease>> ListLeasesAsync(CancellationToken cancellationToken) =>
        Locked<IReadOnlyList<Lease>>(() => [.. tables.Leases.After(null)], cancellationToken);

    public Task<IReadOnlyList<Revocation>> ListRevocationsAsync(long afterRevision, CancellationToken cancellationToken) =>
        Locked<IReadOnlyList<Revocation>>(
            () => [.. tables.Revocations.After(null).Where(revocation => revocation.Revision > afterRevision).OrderBy(static revocation => revocation.Revision)],
            cancellationToken);

    private long Commit(ChangeSet changes)
    {
        if (changes.IsEmpty)
        {
            return revision;
        }

        foreach (var fence in changes.Fences)
        {
            if (tables.Leases.Find(fence.LeaseName)?.Token != fence.Token)
            {
                throw new LeaseLostException(fence.LeaseName, fence.Token);
            }
        }

        var next = revision + 1;
        var undo = new Stack<Action>();
        try
        {
            foreach (var write in changes.Writes)
            {
                tables.Apply(write, next, undo);
            }
        }
        catch
        {
            while (undo.TryPop(out var takeBack))
            {
                takeBack();
            }

            throw;
        }

        revision = next;
        audit.AddRange(changes.Audit);
        if (ChangedTenants.Of(changes) is { Count: > 0 } tenantIds)
        {
            changeLog.Append(next, tenantIds);
            signal.Announce(next);
        }

        return next;
    }

    private static Page<T> Cut<T>(IEnumerable<T> rest, PageRequest page, Func<T, string> position)
    {
        var items = rest.Take(page.Limit + 1).ToList();
        if (items.Count <= page.Limit)
        {
            return new Page<T>(items, null);
        }

        items.RemoveAt(page.Limit);
        return new Page<T>(items, position(items[^1]));
    }

    /// <summary>Runs under the lock and gives its outcome as a task, exceptions included.</summary>
    private Task<T> Locked<T>(Func<T> work, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }

        try
        {
            lock (gate)
            {
                return Task.FromResult(work());
            }
        }
        catch (Exception exception)
        {
            return Task.FromException<T>(exception);
        }
    }
}
