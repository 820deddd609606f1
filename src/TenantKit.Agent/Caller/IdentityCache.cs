using System.Collections.Concurrent;
using System.Security.Claims;

namespace TenantKit.Agent.Caller;

/// <summary>Remembers verified tokens by hash until they expire, so that a warm request costs one hash and no signature check. Bounded.</summary>
internal sealed class IdentityCache(TimeProvider time)
{
    internal const int Capacity = 4096;
    private readonly ConcurrentDictionary<TokenHash, (ClaimsPrincipal Principal, DateTimeOffset Until)> entries = new();

    internal int Count => entries.Count;

    public ClaimsPrincipal? Find(TokenHash hash)
    {
        if (!entries.TryGetValue(hash, out var entry))
        {
            return null;
        }

        if (entry.Until > time.GetUtcNow())
        {
            return entry.Principal;
        }

        entries.TryRemove(hash, out _);
        return null;
    }

    public void Add(TokenHash hash, ClaimsPrincipal principal, DateTimeOffset until)
    {
        if (entries.Count >= Capacity)
        {
            Trim();
        }

        entries[hash] = (principal, until);
    }

    private void Trim()
    {
        var now = time.GetUtcNow();
        foreach (var (hash, entry) in entries)
        {
            if (entry.Until <= now)
            {
                entries.TryRemove(hash, out _);
            }
        }

        if (entries.Count >= Capacity)
        {
            entries.Clear(); // verifying again is only slower
        }
    }
}
