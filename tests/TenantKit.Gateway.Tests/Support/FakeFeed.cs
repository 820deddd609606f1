using System.Runtime.CompilerServices;
using System.Threading.Channels;
using TenantKit.Routing;
using TenantKit.Storage;
using TenantKit.Users;

namespace TenantKit.Gateway.Tests.Support;

/// <summary>A route feed that a test writes by hand.</summary>
internal sealed class FakeFeed : IRouteFeed
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Route> routes = [];
    private readonly List<Revocation> revocations = [];
    private readonly List<RouteList> history = [];
    private readonly List<Channel<RouteList>> watchers = [];
    private long revision;
    private long oldest;

    public TaskCompletionSource MayList { get; } = new();

    public int Lists { get; private set; }

    public string? Epoch { get; set; }

    /// <summary>True while no watch can be opened.</summary>
    public bool Unavailable { get; set; }

    public long? StoreRevision { get; set; }

    public Route Put(Route route)
    {
        lock (gate)
        {
            var next = route with { Revision = ++revision };
            if (next.State == RouteState.Gone)
            {
                routes.Remove(next.TenantId);
            }
            else
            {
                routes[next.TenantId] = next;
            }

            Publish(new RouteList([next], revision) { Epoch = Epoch });
            return next;
        }
    }

    public Route Change(string tenantId, Func<Route, Route> change)
    {
        lock (gate)
        {
            return Put(change(routes[tenantId]));
        }
    }

    /// <summary>Ends a user's tokens, but for those with a stamp.</summary>
    public Revocation Revoke(string userId, string? validStamp = null)
    {
        lock (gate)
        {
            var revocation = new Revocation
            {
                Id = $"r{++revision}",
                UserId = userId,
                ValidStamp = validStamp,
                CreatedAt = DateTimeOffset.UtcNow,
                ExpiresAt = DateTimeOffset.UtcNow.AddDays(1),
                Revision = revision,
            };
            revocations.Add(revocation);
            Publish(new RouteList([], revision) { Revocations = [revocation] });
            return revocation;
        }
    }

    /// <summary>Ends every watch, as a lost connection does.</summary>
    public void Break()
    {
        lock (gate)
        {
            watchers.ForEach(watcher => watcher.Writer.Complete());
            watchers.Clear();
        }
    }

    /// <summary>Forgets the past and ends every watch, as a control plane that compacted its log does.</summary>
    public void Compact(params string[] lost)
    {
        lock (gate)
        {
            foreach (var id in lost)
            {
                routes.Remove(id);
            }

            revision += 10;
            oldest = revision;
            history.Clear();
            watchers.ForEach(watcher => watcher.Writer.Complete());
            watchers.Clear();
        }
    }

    /// <summary>Starts again from an older state, as a control plane does whose store was put back from a backup.</summary>
    public void PutBack(string epoch, long toRevision, params Route[] state)
    {
        lock (gate)
        {
            Epoch = epoch;
            (revision, oldest) = (toRevision, toRevision);
            history.Clear();
            routes.Clear();
            foreach (var route in state)
            {
                routes[route.TenantId] = route;
            }

            watchers.ForEach(watcher => watcher.Writer.Complete());
            watchers.Clear();
        }
    }

    public async Task<RouteList> ListAsync(CancellationToken cancellationToken)
    {
        await MayList.Task.WaitAsync(cancellationToken);
        lock (gate)
        {
            Lists++;
            return new RouteList([.. routes.Values], revision) { Epoch = Epoch, StoreRevision = StoreRevision ?? revision, Revocations = [.. revocations] };
        }
    }

    public async IAsyncEnumerable<RouteList> WatchAsync(long afterRevision, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateUnbounded<RouteList>();
        lock (gate)
        {
            if (Unavailable)
            {
                throw new TenantKit.Control.ControlPlaneUnavailableException("No replica answers.");
            }

            if (afterRevision < oldest || (Epoch is not null && afterRevision > revision))
            {
                throw new RevisionExpiredException(afterRevision);
            }

            // At once, as the feed's contract has it: so that a gateway knows that it follows, and whom.
            if (Epoch is not null || history.Count == 0 || afterRevision >= history[^1].Revision)
            {
                channel.Writer.TryWrite(new RouteList([], afterRevision) { Epoch = Epoch });
            }

            history.Where(batch => batch.Revision > afterRevision).ToList().ForEach(batch => channel.Writer.TryWrite(batch));
            watchers.Add(channel);
        }

        await foreach (var batch in channel.Reader.ReadAllAsync(cancellationToken))
        {
            yield return batch;
        }
    }

    private void Publish(RouteList batch)
    {
        history.Add(batch);
        watchers.ForEach(watcher => watcher.Writer.TryWrite(batch));
    }
}
