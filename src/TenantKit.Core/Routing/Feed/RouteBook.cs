using System.Runtime.CompilerServices;
using TenantKit.Diagnostics;
using TenantKit.Storage;
using TenantKit.Users;

namespace TenantKit.Routing.Feed;

/// <summary>The control plane's own routes and the newest changes of them: what gateways list and watch.</summary>
/// <remarks>Thread-safe. One writer publishes in order of revision; any number of gateways read.</remarks>
internal sealed class RouteBook(FeedEpoch epoch, IChangeLog log) : IRouteFeed
{
    private const int KeptChanges = 65_536;
    private readonly Lock gate = new();
    private readonly Dictionary<string, Route> routes = [];
    private readonly Queue<Route> changes = new();
    private readonly List<Revocation> revocations = [];
    private readonly Pulse pulse = new();
    private readonly Latch loaded = new();
    private long revision;
    private long forgottenUpTo;

    /// <summary>Takes over everything that was read at a revision; until then a list waits, so that no gateway takes "not read yet" for "unknown".</summary>
    public void Load(IEnumerable<Route> all, IEnumerable<Revocation> revoked, long atRevision)
    {
        lock (gate)
        {
            // Not the first time when this replica was away for too long: nothing of before is worth anything then.
            routes.Clear();
            changes.Clear();
            revocations.Clear();
            Add(revoked, atRevision);
            foreach (var route in all)
            {
                if (route.State != RouteState.Gone)
                {
                    routes[route.TenantId] = route;
                }
            }

            revision = forgottenUpTo = atRevision;
        }

        loaded.Open();
        pulse.Set();
    }

    /// <summary>Publishes changed routes and new revocations, and that everything up to a revision was looked at.</summary>
    public void Publish(IReadOnlyList<Route> changed, IReadOnlyList<Revocation> revoked, long upToRevision)
    {
        lock (gate)
        {
            Add(revoked, upToRevision);
            foreach (var route in changed)
            {
                if (route.State == RouteState.Gone)
                {
                    routes.Remove(route.TenantId);
                }
                else
                {
                    routes[route.TenantId] = route;
                }

                changes.Enqueue(route);
                while (changes.Count > KeptChanges)
                {
                    forgottenUpTo = changes.Dequeue().Revision;
                }
            }

            revision = Math.Max(revision, upToRevision);
        }

        pulse.Set();
    }

    /// <summary>The revocations that concern no token any more.</summary>
    public IReadOnlyList<Revocation> ExpiredRevocations(DateTimeOffset now)
    {
        lock (gate)
        {
            return revocations.Count == 0 ? [] : [.. revocations.Where(revocation => revocation.ExpiresAt <= now)];
        }
    }

    /// <summary>Forgets revocations.</summary>
    public void Forget(IReadOnlyCollection<Revocation> gone)
    {
        lock (gate)
        {
            revocations.RemoveAll(gone.Contains);
        }
    }

    public async Task<RouteList> ListAsync(CancellationToken cancellationToken)
    {
        await loaded.WaitAsync(cancellationToken);
        var newest = await log.GetRevisionAsync(cancellationToken);
        lock (gate)
        {
            return new RouteList([.. routes.Values], revision) { Epoch = epoch.Current, StoreRevision = newest, Revocations = [.. revocations] };
        }
    }

    public async IAsyncEnumerable<RouteList> WatchAsync(long afterRevision, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await loaded.WaitAsync(cancellationToken);

        // At once, so that a gateway of another epoch notices it before anything changes.
        if (ReadAfter(afterRevision) is null)
        {
            yield return new RouteList([], afterRevision) { Epoch = epoch.Current };
        }

        while (true)
        {
            var next = pulse.Next;
            if (ReadAfter(afterRevision) is { } batch)
            {
                yield return batch;
                afterRevision = batch.Revision;
            }
            else
            {
                await next.WaitAsync(cancellationToken);
            }
        }
    }

    private RouteList? ReadAfter(long afterRevision)
    {
        lock (gate)
        {
            if (afterRevision < forgottenUpTo || afterRevision > revision)
            {
                throw new RevisionExpiredException(afterRevision);
            }

            if (afterRevision == revision)
            {
                return null;
            }

            // The newest route of each tenant is enough, in the order of the changes.
            var newest = new Dictionary<string, Route>();
            foreach (var route in changes)
            {
                if (route.Revision > afterRevision)
                {
                    newest[route.TenantId] = route;
                }
            }

            return new RouteList([.. newest.Values.OrderBy(static route => route.Revision)], revision)
            {
                Epoch = epoch.Current,
                Revocations = RevocationsAfter(afterRevision),
            };
        }
    }

    private void Add(IEnumerable<Revocation> revoked, long upToRevision)
    {
        foreach (var revocation in revoked)
        {
            // One that is newer than what else was read comes again with its own revision: so they are in order, and each is here once.
            if (revocation.Revision <= upToRevision)
            {
                revocations.Add(revocation);
            }
        }
    }

    private IReadOnlyList<Revocation> RevocationsAfter(long afterRevision)
    {
        var first = revocations.Count;
        while (first > 0 && revocations[first - 1].Revision > afterRevision)
        {
            first--;
        }

        return first == revocations.Count ? [] : revocations[first..];
    }
}
