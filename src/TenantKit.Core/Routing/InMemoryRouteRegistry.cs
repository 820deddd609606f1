using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace TenantKit.Routing;

/// <summary>Two concurrent dictionaries of immutable routes. Writers take turns, readers never wait.</summary>
/// <remarks>The name index may lag the id index by one write; a reader that finds a name sees a whole route, the old or the new one.
/// One that was given out is marked once it is replaced, after both indexes and before the revision goes on: who counts itself before it looks is seen by who reads the revision before the count.</remarks>
internal sealed class InMemoryRouteRegistry : IRouteRegistry
{
    private readonly Lock writing = new();
    private readonly ConcurrentDictionary<string, Route> byId = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Route> byName = new(StringComparer.Ordinal);
    private long revision;
    private volatile string? epoch;
    private volatile bool synced;

    public event Action<Route>? Changed;

    public bool IsSynced => synced;

    public long Revision => Volatile.Read(ref revision);

    public string? Epoch => epoch;

    public int Count => byId.Count;

    public bool TryGetById(string tenantId, [NotNullWhen(true)] out Route? route) => byId.TryGetValue(tenantId, out route);

    public bool TryGetByName(string tenantName, [NotNullWhen(true)] out Route? route) => byName.TryGetValue(tenantName, out route);

    // Told by the route itself: asking a dictionary is several memory accesses that no cache holds.
    public bool IsCurrent(Route route)
    {
        ArgumentNullException.ThrowIfNull(route);
        return !route.IsReplaced;
    }

    public RouteList Capture()
    {
        lock (writing)
        {
            return new RouteList([.. byId.Values], Revision) { Epoch = epoch };
        }
    }

    public void Replace(RouteList list)
    {
        ArgumentNullException.ThrowIfNull(list);
        lock (writing)
        {
            var isOtherEpoch = epoch is not null && list.Epoch is not null && epoch != list.Epoch;
            var kept = new HashSet<string>(list.Routes.Count, StringComparer.Ordinal);
            foreach (var route in list.Routes)
            {
                kept.Add(route.TenantId);
                Put(isOtherEpoch ? route with { Revision = list.Revision } : route, isOtherEpoch || !synced);
            }

            foreach (var (id, route) in byId)
            {
                if (!kept.Contains(id))
                {
                    Remove(route, list.Revision);
                }
            }

            // The revision first: whoever reads the epoch and then the revision never takes one of before for one of this epoch.
            Volatile.Write(ref revision, isOtherEpoch ? list.Revision : Math.Max(list.Revision, revision));
            epoch = list.Epoch ?? epoch;
            synced = true;
        }
    }

    public void Apply(RouteList changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        lock (writing)
        {
            foreach (var route in changes.Routes)
            {
                Put(route);
            }

            epoch ??= changes.Epoch;
            Advance(changes.Revision);
        }
    }

    private void Put(Route route, bool isTruth = false)
    {
        if (byId.TryGetValue(route.TenantId, out var old) && old.Revision >= route.Revision && !isTruth)
        {
            return;
        }

        if (route.State == RouteState.Gone)
        {
            if (old is not null)
            {
                Remove(old, route.Revision);
            }

            return;
        }

        byId[route.TenantId] = route;
        byName[route.TenantName] = route;
        if (old is not null && !string.Equals(old.TenantName, route.TenantName, StringComparison.Ordinal))
        {
            byName.TryRemove(KeyValuePair.Create(old.TenantName, old));
        }

        if (old is not null && !ReferenceEquals(old, route))
        {
            old.MarkReplaced();
        }

        Changed?.Invoke(route);
    }

    // The pair is compared: a name that a new tenant has taken meanwhile stays with it.
    private void Remove(Route old, long atRevision)
    {
        byId.TryRemove(old.TenantId, out _);
        byName.TryRemove(KeyValuePair.Create(old.TenantName, old));
        old.MarkReplaced();
        Changed?.Invoke(old with { State = RouteState.Gone, Instances = [], Revision = Math.Max(atRevision, old.Revision) });
    }

    private void Advance(long to) => Volatile.Write(ref revision, Math.Max(to, revision));
}
