namespace TenantKit.Storage;

/// <summary>Writes to the store.</summary>
public interface IChangeWriter
{
    /// <summary>
    /// Commits a change set atomically. All its records get the same new revision, greater than every earlier one, and every tenant
    /// that a <see cref="Tenants.Tenant"/>, <see cref="Tenants.TenantStatus"/>, <see cref="Tenants.Instance"/> or
    /// <see cref="Operations.Operation"/> of it belongs to gets one row in the change log; so does a new <see cref="Users.Revocation"/>.
    /// </summary>
    /// <param name="changes">What to write. An empty set does nothing and returns the current revision.</param>
    /// <param name="cancellationToken">Cancels before the commit; after it the answer is given.</param>
    /// <returns>The new revision.</returns>
    /// <exception cref="RevisionConflictException">A record was changed, removed, or already exists. Nothing was written.</exception>
    /// <exception cref="NameTakenException">A unique name is in use. Nothing was written.</exception>
    /// <exception cref="LeaseLostException">A lease that the set requires is held by somebody else. Nothing was written.</exception>
    /// <exception cref="StoreUnavailableException">The database cannot be reached or cannot write now; may pass.</exception>
    /// <remarks>Thread-safe. Signals <see cref="IChangeLog.WaitAsync"/> after the commit.</remarks>
    Task<long> CommitAsync(ChangeSet changes, CancellationToken cancellationToken);
}
