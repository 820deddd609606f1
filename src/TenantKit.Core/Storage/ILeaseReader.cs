namespace TenantKit.Storage;

/// <summary>Reads leases.</summary>
public interface ILeaseReader
{
    /// <summary>All leases, in order of name.</summary>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The leases.</returns>
    Task<IReadOnlyList<Lease>> ListLeasesAsync(CancellationToken cancellationToken);
}
