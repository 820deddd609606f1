using TenantKit.Users;

namespace TenantKit.Storage;

/// <summary>Reads revocations. Thread-safe.</summary>
public interface IRevocationReader
{
    /// <summary>Revocations that were committed after a revision, in order of revision.</summary>
    /// <param name="afterRevision">The revision of the last one seen; 0 for all.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The revocations, expired ones that were not removed yet included.</returns>
    Task<IReadOnlyList<Revocation>> ListRevocationsAsync(long afterRevision, CancellationToken cancellationToken);
}
