using TenantKit.Tenants;

namespace TenantKit.Storage;

/// <summary>Reads tenants. All methods are thread-safe and see every commit that was acknowledged before the call.</summary>
public interface ITenantReader
{
    /// <summary>Reads a tenant, living or deleted.</summary>
    /// <param name="tenantId">Its id.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The tenant, or null.</returns>
    ValueTask<Tenant?> FindTenantAsync(string tenantId, CancellationToken cancellationToken);

    /// <summary>Reads a living tenant by name.</summary>
    /// <param name="name">Its name, lower case.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The tenant, or null.</returns>
    ValueTask<Tenant?> FindTenantByNameAsync(string name, CancellationToken cancellationToken);

    /// <summary>Reads all that is known of one tenant at one moment.</summary>
    /// <param name="tenantId">Its id.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The state, or null for an unknown id.</returns>
    ValueTask<TenantState?> LoadStateAsync(string tenantId, CancellationToken cancellationToken);

    /// <summary>
    /// Reads all that is known of several tenants, each at one moment, though not all at the same. A store on a network answers many in one round
    /// trip; this default asks for each by itself, all at once.
    /// </summary>
    /// <param name="tenantIds">Their ids.</param>
    /// <param name="cancellationToken">Cancels the reads.</param>
    /// <returns>The states of those that are known, in the order of the ids.</returns>
    async Task<IReadOnlyList<TenantState>> LoadStatesAsync(IReadOnlyList<string> tenantIds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tenantIds);
        return [.. (await Task.WhenAll(tenantIds.Select(id => LoadStateAsync(id, cancellationToken).AsTask()))).OfType<TenantState>()];
    }

    /// <summary>Streams the state of every tenant whose status is not <see cref="TenantPhase.Deleted"/>, by id.</summary>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <returns>The states.</returns>
    IAsyncEnumerable<TenantState> ReadAllAsync(CancellationToken cancellationToken);

    /// <summary>A page of tenants in order of id.</summary>
    /// <param name="filter">Which tenants.</param>
    /// <param name="page">Which page.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The page.</returns>
    Task<Page<TenantState>> ListTenantsAsync(TenantFilter filter, PageRequest page, CancellationToken cancellationToken);
}
