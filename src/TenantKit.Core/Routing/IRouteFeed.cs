namespace TenantKit.Routing;

/// <summary>How routes come from the control plane to a gateway: list, then watch by revision, as the Kubernetes API does it.</summary>
/// <remarks>Thread-safe; any number of gateways follow at the same time.</remarks>
public interface IRouteFeed
{
    /// <summary>All routes now.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The routes and the revision to watch from.</returns>
    Task<RouteList> ListAsync(CancellationToken cancellationToken);

    /// <summary>Changes after a revision, in order per tenant. A removed tenant comes as a route in state <see cref="RouteState.Gone"/>.</summary>
    /// <param name="afterRevision">The revision of the list, or of the last change applied.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <returns>Batches of changes; each batch's revision may be used to resume after it. A batch may be empty; the first comes at once, so that a gateway knows that it follows. One of another epoch than the list's says: list again.</returns>
    /// <exception cref="Storage.RevisionExpiredException">Too old: list again.</exception>
    IAsyncEnumerable<RouteList> WatchAsync(long afterRevision, CancellationToken cancellationToken);
}
