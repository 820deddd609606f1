using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using TenantKit.Audit;
using TenantKit.Operations;
using TenantKit.Storage.EntityFrameworkCore.Commits;
using TenantKit.Storage.EntityFrameworkCore.Queries;
using TenantKit.Storage.EntityFrameworkCore.Sessions;
using TenantKit.Templates;
using TenantKit.Tenants;
using TenantKit.Users;

namespace TenantKit.Storage.EntityFrameworkCore;

/// <summary>The store over any database that has a provider.</summary>
internal class EfTenantStore : ITenantStore, IAsyncDisposable, IDisposable
{
    /// <summary>Revisions whose changes can always be read again.</summary>
    internal const long KeptRevisions = 100_000;

    private readonly StoreProvider provider;
    private readonly SessionPool sessions;
    private readonly ChangeSignal signal = new();
    private readonly Lazy<StoreTables> tables;
    private readonly Lazy<GroupCommitter> committer;
    private readonly Lazy<BatchedReads?> batched;

    public EfTenantStore(StoreProvider provider, long keptRevisions = KeptRevisions, TimeProvider? time = null)
    {
        this.provider = provider;
        sessions = new SessionPool(provider, time ?? TimeProvider.System);
        tables = new Lazy<StoreTables>(() =>
        {
            using var context = provider.CreateContext();
            return new StoreTables(context, provider);
        });
        batched = new Lazy<BatchedReads?>(() => tables.Value.Joined is { } joined ? new BatchedReads(sessions, time ?? TimeProvider.System, tables.Value, joined) : null);
        committer = new Lazy<GroupCommitter>(
            () => new GroupCommitter(provider, provider.CreateWriter(tables.Value, keptRevisions), signal, time ?? TimeProvider.System));
    }

    public virtual async Task InitializeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await provider.MigrateAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (provider.Explain(exception) is { } explained)
        {
            throw explained;
        }

        await AnnounceNewestAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task<long> CommitAsync(ChangeSet changes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(changes);
        return changes.IsEmpty ? GetRevisionAsync(cancellationToken).AsTask() : committer.Value.CommitAsync(changes, cancellationToken);
    }

    public ValueTask<long> GetRevisionAsync(CancellationToken cancellationToken) => new(sessions.UseAsync(
        async (session, stop) => Convert.ToInt64(
            await session.Command(tables.Value.ReadRevision, null).ExecuteScalarAsync(stop).ConfigureAwait(false), CultureInfo.InvariantCulture),
        cancellationToken));

    public Task<IReadOnlyList<ChangeLogEntry>> ReadAsync(long afterRevision, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        return sessions.UseAsync((session, stop) => ChangeLogQuery.ReadAsync(session, tables.Value, afterRevision, limit, stop), cancellationToken);
    }

    public Task WaitAsync(long afterRevision, CancellationToken cancellationToken) => signal.WaitAsync(afterRevision, cancellationToken);

    public ValueTask<Tenant?> FindTenantAsync(string tenantId, CancellationToken cancellationToken) => new(sessions.UseAsync(
        (session, stop) => StateQuery.FindTenantAsync(session, tables.Value, tenantId, stop), cancellationToken));

    public ValueTask<Tenant?> FindTenantByNameAsync(string name, CancellationToken cancellationToken) => new(
        batched.Value?.TenantsByName.LoadAsync(name, cancellationToken)
        ?? sessions.UseAsync((session, stop) => HotQueries.TenantByNameKey(session.Context, name, stop), cancellationToken));

    public ValueTask<TenantState?> LoadStateAsync(string tenantId, CancellationToken cancellationToken) => new(
        batched.Value?.States.LoadAsync(tenantId, cancellationToken)
        ?? sessions.UseAsync((session, stop) => StateQuery.LoadAsync(provider, session, tables.Value, tenantId, stop), cancellationToken));

    public async Task<IReadOnlyList<TenantState>> LoadStatesAsync(IReadOnlyList<string> tenantIds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tenantIds);
        return batched.Value is { } loaders
            ? await loaders.States.LoadAsync(tenantIds, cancellationToken).ConfigureAwait(false)
            : [.. (await Task.WhenAll(tenantIds.Select(id => LoadStateAsync(id, cancellationToken).AsTask())).ConfigureAwait(false)).OfType<TenantState>()];
    }

    public async IAsyncEnumerable<TenantState> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? after = null;
        do
        {
            var page = await ListTenantsAsync(new TenantFilter(), new PageRequest(PageRequest.MaxLimit, after), cancellationToken).ConfigureAwait(false);
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
        ArgumentNullException.ThrowIfNull(page);
        return sessions.UseAsync((session, stop) => TenantListQuery.ReadAsync(provider, session, filter, page, stop), cancellationToken);
    }

    public ValueTask<User?> FindUserAsync(string userId, CancellationToken cancellationToken) => new(sessions.UseAsync(
        (session, stop) => HotQueries.UserById(session.Context, userId, stop), cancellationToken));

    public ValueTask<User?> FindUserByNameAsync(string normalizedUserName, CancellationToken cancellationToken) => new(sessions.UseAsync(
        (session, stop) => HotQueries.UserByNameKey(session.Context, normalizedUserName, stop), cancellationToken));

    public Task<IReadOnlyList<User>> ListUsersOfTenantAsync(string tenantId, CancellationToken cancellationToken) => sessions.UseAsync<IReadOnlyList<User>>(
        async (session, stop) => await session.Context.Set<User>().Where(user => user.TenantId == tenantId).OrderBy(user => user.Id)
            .ToListAsync(stop).ConfigureAwait(false),
        cancellationToken);

    public Task<Page<User>> ListUsersAsync(UserFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(page);
        return sessions.UseAsync((session, stop) => UserListQuery.ReadAsync(session, tables.Value, filter, page, stop), cancellationToken);
    }

    public ValueTask<RefreshToken?> FindRefreshTokenAsync(string hash, CancellationToken cancellationToken) => new(sessions.UseAsync(
        (session, stop) => session.Context.Set<RefreshToken>().SingleOrDefaultAsync(token => token.Hash == hash, stop), cancellationToken));

    public ValueTask<Template?> FindTemplateAsync(string name, int version, CancellationToken cancellationToken) => new(sessions.UseAsync(
        (session, stop) => HotQueries.TemplateVersion(session.Context, name, version, stop), cancellationToken));

    public ValueTask<Template?> FindLatestTemplateAsync(string name, CancellationToken cancellationToken) => new(
        batched.Value?.LatestTemplates.LoadAsync(name, cancellationToken)
        ?? sessions.UseAsync((session, stop) => HotQueries.LatestTemplate(session.Context, name, stop), cancellationToken));

    public Task<Page<Template>> ListTemplatesAsync(PageRequest page, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(page);
        return sessions.UseAsync((session, stop) => TemplateListQuery.ReadAsync(session.Context, page, stop), cancellationToken);
    }

    public Task<IReadOnlyList<Template>> ListTemplateVersionsAsync(string name, CancellationToken cancellationToken) => sessions.UseAsync<IReadOnlyList<Template>>(
        async (session, stop) => await session.Context.Set<Template>().Where(template => template.Name == name)
            .OrderByDescending(template => template.Version).ToListAsync(stop).ConfigureAwait(false),
        cancellationToken);

    public ValueTask<Operation?> FindOperationAsync(string operationId, CancellationToken cancellationToken) => new(sessions.UseAsync(
        (session, stop) => HotQueries.OperationById(session.Context, operationId, stop), cancellationToken));

    public Task<Page<Operation>> ListOperationsAsync(string tenantId, PageRequest page, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(page);
        return sessions.UseAsync((session, stop) => OperationListQuery.ReadAsync(session.Context, tenantId, page, stop), cancellationToken);
    }

    public ValueTask<IdempotencyRecord?> FindIdempotencyRecordAsync(string key, CancellationToken cancellationToken) => new(sessions.UseAsync(
        (session, stop) => session.Context.Set<IdempotencyRecord>().SingleOrDefaultAsync(record => record.Key == key, stop), cancellationToken));

    public Task<Page<AuditEntry>> ListAuditAsync(AuditFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(page);
        return sessions.UseAsync((session, stop) => AuditListQuery.ReadAsync(session.Context, filter, page, stop), cancellationToken);
    }

    public Task<IReadOnlyList<Lease>> ListLeasesAsync(CancellationToken cancellationToken) => sessions.UseAsync<IReadOnlyList<Lease>>(
        async (session, stop) => await session.Context.Set<Lease>().OrderBy(lease => lease.Name).ToListAsync(stop).ConfigureAwait(false),
        cancellationToken);

    public Task<IReadOnlyList<Revocation>> ListRevocationsAsync(long afterRevision, CancellationToken cancellationToken) => sessions.UseAsync<IReadOnlyList<Revocation>>(
        async (session, stop) => await session.Context.Set<Revocation>().Where(revocation => revocation.Revision > afterRevision)
            .OrderBy(revocation => revocation.Revision).ThenBy(revocation => revocation.Id).ToListAsync(stop).ConfigureAwait(false),
        cancellationToken);

    public virtual async ValueTask DisposeAsync()
    {
        if (committer.IsValueCreated)
        {
            await committer.Value.DisposeAsync().ConfigureAwait(false);
        }

        await sessions.DisposeAsync().ConfigureAwait(false);
        Dispose(disposing: false);
        GC.SuppressFinalize(this);
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Wakes those who wait for the newest change that is there, whoever committed it.</summary>
    /// <remarks>The newest change, not the newest revision: where the two differ, whoever waits after the newest change would be told of one that is not there.</remarks>
    protected async Task AnnounceNewestAsync(CancellationToken cancellationToken) => signal.Announce(await sessions.UseAsync(
        async (session, stop) => await session.Command(tables.Value.NewestChange, null).ExecuteScalarAsync(stop).ConfigureAwait(false) is { } newest and not DBNull
            ? Convert.ToInt64(newest, CultureInfo.InvariantCulture)
            : 0,
        cancellationToken).ConfigureAwait(false));

    /// <summary>Ends what a provider's own store holds beside its sessions.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
        {
            return;
        }

        if (committer.IsValueCreated)
        {
            committer.Value.Dispose();
        }

        sessions.Dispose();
    }
}
