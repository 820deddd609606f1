using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;

namespace TenantKit.Gateway.Access;

/// <summary>Remembers validated tokens by hash, so that a signature is checked once per token and not once per request; those used last are found without a hash.</summary>
internal sealed class TokenCache(IOptions<TenantGatewayOptions> options, TimeProvider time)
{
    private readonly ConcurrentDictionary<TokenHash, Caller> callers = new();
    private readonly RecentTokens recent = new();
    private readonly int limit = options.Value.MaxRememberedTokens;
    private int count;

    public bool TryGet(ReadOnlySpan<char> token, [NotNullWhen(true)] out Caller? caller)
    {
        var now = time.GetUtcNow();
        if (recent.TryGet(token, now, out caller))
        {
            return true;
        }

        var hash = TokenHash.Of(token);
        if (!callers.TryGetValue(hash, out caller))
        {
            return false;
        }

        if (caller.ExpiresAt > now)
        {
            recent.Set(token, caller);
            return true;
        }

        Remove(hash);
        caller = null;
        return false;
    }

    public void Remember(ReadOnlySpan<char> token, Caller caller)
    {
        if (limit == 0)
        {
            return;
        }

        if (Volatile.Read(ref count) >= limit)
        {
            MakeRoom();
        }

        if (callers.TryAdd(TokenHash.Of(token), caller))
        {
            Interlocked.Increment(ref count);
        }
    }

    // The ended ones go first; if that is not enough, any tenth: each costs one more validation, no more.
    private void MakeRoom()
    {
        var now = time.GetUtcNow();
        foreach (var (hash, caller) in callers)
        {
            if (caller.ExpiresAt <= now)
            {
                Remove(hash);
            }
        }

        var surplus = Volatile.Read(ref count) - (limit - Math.Max(1, limit / 10));
        foreach (var (hash, _) in callers)
        {
            if (surplus-- <= 0)
            {
                return;
            }

            Remove(hash);
        }
    }

    private void Remove(TokenHash hash)
    {
        if (callers.TryRemove(hash, out _))
        {
            Interlocked.Decrement(ref count);
        }
    }
}
