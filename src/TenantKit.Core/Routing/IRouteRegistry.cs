using System.Diagnostics.CodeAnalysis;

namespace TenantKit.Routing;

/// <summary>The table of routes. Readers never lock; a change replaces one entry.</summary>
/// <remarks>Thread-safe. The built-in one holds a concurrent dictionary by tenant id and one by name.</remarks>
public interface IRouteRegistry
{
    /// <summary>True once a whole list was applied; before that, an unknown tenant means "cannot tell".</summary>
    bool IsSynced { get; }

    /// <summary>The newest revision applied.</summary>
    long Revision { get; }

    /// <summary>The epoch that <see cref="Revision"/> is counted in, as the last list told it, or the first changes; null when none did.</summary>
    string? Epoch { get; }

    /// <summary>How many routes it holds.</summary>
    int Count { get; }

    /// <summary>Finds a route by tenant id.</summary>
    /// <param name="tenantId">The id.</param>
    /// <param name="route">The route.</param>
    /// <returns>True when there is one.</returns>
    bool TryGetById(string tenantId, [NotNullWhen(true)] out Route? route);

    /// <summary>Finds a route by tenant name.</summary>
    /// <param name="tenantName">The name, lower case.</param>
    /// <param name="route">The route.</param>
    /// <returns>True when there is one.</returns>
    bool TryGetByName(string tenantName, [NotNullWhen(true)] out Route? route);

    /// <summary>Whether a route that was found here is still its tenant's: what finding it by id again would say, for less.</summary>
    /// <param name="route">A route that this table gave out.</param>
    /// <returns>True while it is neither replaced nor removed. False may be said of one that came back unchanged: find it by id then.</returns>
    bool IsCurrent(Route route) => TryGetById((route ?? throw new ArgumentNullException(nameof(route))).TenantId, out var current) && ReferenceEquals(route, current);

    /// <summary>All routes with their revision and epoch, as of one moment.</summary>
    /// <returns>What <see cref="Replace"/> of an empty registry would make the same table of.</returns>
    RouteList Capture();

    /// <summary>
    /// Applies a whole list: routes that it lacks are removed. The first one, and one of another epoch, stand for the whole truth: nothing in the
    /// table counts as newer. With another epoch the revision may go back.
    /// </summary>
    /// <param name="list">The list.</param>
    void Replace(RouteList list);

    /// <summary>Applies changes, of the same epoch: each replaces the tenant's route unless that is newer; <see cref="RouteState.Gone"/> removes it.</summary>
    /// <param name="changes">The changes.</param>
    void Apply(RouteList changes);

    /// <summary>Raised after each route that was added, replaced or removed; the handler must be quick and must not throw.</summary>
    event Action<Route>? Changed;
}
