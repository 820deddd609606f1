using TenantKit.Storage;

namespace TenantKit.Leases;

/// <summary>
/// Tells which replicas live, where that is not kept in the store. It decides who works on which share; what may be committed or done is decided
/// by the tokens in the store all the same.
/// </summary>
internal interface IReplicaRoll
{
    /// <summary>Renews the entry of this replica, then reads those of all.</summary>
    /// <param name="replica">This replica's name.</param>
    /// <param name="cancellationToken">Cancels the renewal.</param>
    /// <returns>
    /// An entry per replica, under the name that <see cref="Members.LeaseOf"/> gives; its revision changes with each renewal. The own one is missing
    /// when another replica removed it since it was renewed last, although it is there again from now on.
    /// </returns>
    Task<IReadOnlyList<Lease>> RenewAsync(string replica, CancellationToken cancellationToken);

    /// <summary>Removes an entry, provided that it was not renewed since it was read: the next renewal of its replica finds out.</summary>
    /// <param name="entry">The entry as it was read.</param>
    /// <param name="cancellationToken">Cancels the removal.</param>
    /// <exception cref="RevisionConflictException">It was renewed.</exception>
    Task RemoveAsync(Lease entry, CancellationToken cancellationToken);
}
