namespace TenantKit.Routing;

/// <summary>All routes at a revision.</summary>
/// <param name="Routes">The routes, those in state <see cref="RouteState.Gone"/> left out.</param>
/// <param name="Revision">Watch after this revision to miss nothing.</param>
public sealed record RouteList(IReadOnlyList<Route> Routes, long Revision);
