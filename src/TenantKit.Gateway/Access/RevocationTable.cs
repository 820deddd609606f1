using System.Collections.Concurrent;
using TenantKit.Routing;
using TenantKit.Users;

namespace TenantKit.Gateway.Access;

/// <summary>Whose access tokens ended before their time, as the route feed tells. Readers never wait.</summary>
/// <remarks>
/// Bounded by what is revoked within a day: after that the control plane forgets a revocation, and so does this. Keeping one for longer does
/// no harm, as a token with the stamp that stays good is good.
/// </remarks>
internal sealed class RevocationTable(TimeProvider time)
{
    private const int SweepAbove = 64;

    private ConcurrentDictionary<string, Revocation> newest = new(StringComparer.Ordinal);
    private int sweepAt = SweepAbove;

    /// <summary>Raised after something was revoked; the handler must be quick and must not throw.</summary>
    public event Action? Revoked;

    /// <summary>How many users it holds.</summary>
    public int Count => newest.Count;

    /// <summary>All of them, in order of revision.</summary>
    public IReadOnlyList<Revocation> Capture() => [.. Volatile.Read(ref newest).Values.OrderBy(static revocation => revocation.Revision)];

    /// <summary>True when the caller's token has ended before its time.</summary>
    public bool IsRevoked(Caller caller) =>
        Volatile.Read(ref newest).TryGetValue(caller.UserId, out var revocation)
        && (revocation.ValidStamp is null || !string.Equals(revocation.ValidStamp, caller.Stamp, StringComparison.Ordinal));

    /// <summary>Takes a whole list over: what it lacks is forgotten.</summary>
    public void Replace(RouteList list)
    {
        var all = new ConcurrentDictionary<string, Revocation>(StringComparer.Ordinal);
        Add(all, list.Revocations);
        sweepAt = Math.Max(SweepAbove, all.Count * 2);
        Volatile.Write(ref newest, all);
        Tell(list);
    }

    /// <summary>Adds new ones.</summary>
    public void Apply(RouteList changes)
    {
        Add(newest, changes.Revocations);
        if (newest.Count > sweepAt)
        {
            RemoveExpired();
        }

        Tell(changes);
    }

    private static void Add(ConcurrentDictionary<string, Revocation> to, IReadOnlyList<Revocation> revocations)
    {
        for (var i = 0; i < revocations.Count; i++)
        {
            to.AddOrUpdate(
                revocations[i].UserId,
                static (_, news) => news,
                static (_, known, news) => news.Revision >= known.Revision ? news : known,
                revocations[i]);
        }
    }

    // Looked through when it has doubled: each revocation pays for one look at another.
    private void RemoveExpired()
    {
        var now = time.GetUtcNow();
        foreach (var entry in newest)
        {
            if (entry.Value.ExpiresAt <= now)
            {
                newest.TryRemove(entry);
            }
        }

        sweepAt = Math.Max(SweepAbove, newest.Count * 2);
    }

    private void Tell(RouteList list)
    {
        if (list.Revocations.Count > 0)
        {
            Revoked?.Invoke();
        }
    }
}
