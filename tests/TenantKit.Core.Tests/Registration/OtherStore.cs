using TenantKit.Audit;
using TenantKit.Operations;
using TenantKit.Storage;
using TenantKit.Templates;
using TenantKit.Tenants;
using TenantKit.Users;

namespace TenantKit.Core.Tests.Registration;

/// <summary>A store of somebody else's: it only has to be the one that is asked.</summary>
internal sealed class OtherStore : ITenantStore
{
    public Task InitializeAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<long> CommitAsync(ChangeSet changes, CancellationToken cancellationToken) => Task.FromResult(7L);

    public ValueTask<long> GetRevisionAsync(CancellationToken cancellationToken) => ValueTask.FromResult(7L);

    public Task<IReadOnlyList<ChangeLogEntry>> ReadAsync(long afterRevision, int limit, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ChangeLogEntry>>([]);

    public Task WaitAsync(long afterRevision, CancellationToken cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken);

    public ValueTask<Tenant?> FindTenantAsync(string tenantId, CancellationToken cancellationToken) => default;

    public ValueTask<Tenant?> FindTenantByNameAsync(string name, CancellationToken cancellationToken) => default;

    public ValueTask<TenantState?> LoadStateAsync(string tenantId, CancellationToken cancellationToken) => default;

    public IAsyncEnumerable<TenantState> ReadAllAsync(CancellationToken cancellationToken) => AsyncEnumerable.Empty<TenantState>();

    public Task<Page<TenantState>> ListTenantsAsync(TenantFilter filter, PageRequest page, CancellationToken cancellationToken) =>
        Task.FromResult(new Page<TenantState>([], null));

    public ValueTask<User?> FindUserAsync(string userId, CancellationToken cancellationToken) => default;

    public ValueTask<User?> FindUserByNameAsync(string normalizedUserName, CancellationToken cancellationToken) => default;

    public Task<IReadOnlyList<User>> ListUsersOfTenantAsync(string tenantId, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<User>>([]);

    public Task<Page<User>> ListUsersAsync(UserFilter filter, PageRequest page, CancellationToken cancellationToken) =>
        Task.FromResult(new Page<User>([], null));

    public ValueTask<RefreshToken?> FindRefreshTokenAsync(string hash, CancellationToken cancellationToken) => default;

    public ValueTask<Template?> FindTemplateAsync(string name, int version, CancellationToken cancellationToken) => default;

    public ValueTask<Template?> FindLatestTemplateAsync(string name, CancellationToken cancellationToken) => default;

    public Task<Page<Template>> ListTemplatesAsync(PageRequest page, CancellationToken cancellationToken) =>
        Task.FromResult(new Page<Template>([], null));

    public Task<IReadOnlyList<Template>> ListTemplateVersionsAsync(string name, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Template>>([]);

    public ValueTask<Operation?> FindOperationAsync(string operationId, CancellationToken cancellationToken) => default;

    public Task<Page<Operation>> ListOperationsAsync(string tenantId, PageRequest page, CancellationToken cancellationToken) =>
        Task.FromResult(new Page<Operation>([], null));

    public ValueTask<IdempotencyRecord?> FindIdempotencyRecordAsync(string key, CancellationToken cancellationToken) => default;

    public Task<Page<AuditEntry>> ListAuditAsync(AuditFilter filter, PageRequest page, CancellationToken cancellationToken) =>
        Task.FromResult(new Page<AuditEntry>([], null));

    public Task<IReadOnlyList<Lease>> ListLeasesAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Lease>>([]);

    public Task<IReadOnlyList<Revocation>> ListRevocationsAsync(long afterRevision, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Revocation>>([]);
}
