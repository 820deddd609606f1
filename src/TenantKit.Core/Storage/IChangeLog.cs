namespace TenantKit.Storage;

/// <summary>Reads which tenants changed, in commit order.</summary>
public interface IChangeLog
{
    /// <summary>The newest committed revision; 0 for an empty store.</summary>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The revision.</returns>
    ValueTask<long> GetRevisionAsync(CancellationToken cancellationToken);

    /// <summary>Changes after a revision, in order, without gaps.</summary>
    /// <param name="afterRevision">The revision of the last change seen; 0 for all.</param>
    /// <param name="limit">Most entries to return; 1 to 10,000. A revision is never cut in two: one that alone has more comes whole.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The changes; empty when there are none yet.</returns>
    /// <exception cref="RevisionExpiredException">The log was trimmed behind that revision; list everything anew.</exception>
    Task<IReadOnlyList<ChangeLogEntry>> ReadAsync(long afterRevision, int limit, CancellationToken cancellationToken);

    /// <summary>Completes once a change with a revision greater than the one named can be read, or may be.</summary>
    /// <remarks>
    /// A commit that touches no tenant adds no change, so it completes no wait: read, then wait for after the last change read,
    /// and no change is missed and no loop spins.
    /// </remarks>
    /// <param name="afterRevision">The revision already seen.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that completes on a change.</returns>
    Task WaitAsync(long afterRevision, CancellationToken cancellationToken);
}
