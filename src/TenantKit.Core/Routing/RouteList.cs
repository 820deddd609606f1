namespace TenantKit.Routing;

/// <summary>All routes at a revision, or those that changed up to it.</summary>
/// <param name="Routes">The routes, those in state <see cref="RouteState.Gone"/> left out.</param>
/// <param name="Revision">Watch after this revision to miss nothing.</param>
public sealed record RouteList(IReadOnlyList<Route> Routes, long Revision)
{
    /// <summary>
    /// The stretch of the store's life that its revisions are counted in; null when it is not told. Revisions of two epochs cannot be compared:
    /// a store that was put back from a backup gives the same numbers a second time.
    /// </summary>
    public string? Epoch { get; init; }

    /// <summary>
    /// Of a list, the store's newest revision when it was asked for; null when it is not told. The list itself may lag behind it. One that is lower
    /// than a revision which the reader knows proves that the store was put back.
    /// </summary>
    public long? StoreRevision { get; init; }

    /// <summary>Users whose access tokens ended before their time: all that count, or the new ones. In order of revision.</summary>
    public IReadOnlyList<Users.Revocation> Revocations { get; init; } = [];
}
