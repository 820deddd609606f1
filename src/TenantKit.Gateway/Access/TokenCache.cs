using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;

namespace TenantKit.Gateway.Access;

/// <summary>Remembers validated tokens by hash, so that a signature is checked once per token and not once per request; those used last are found without a hash.</summary>
internal sealed class TokenCache(IOptions<TenantGatewayOptions> options, TimeProvider time)
{
    private readonly RecentlyUsed<TokenHash, Caller> callers = new(options.Value.MaxRememberedTokens);
    private readonly RecentTokens recent = new();
    private readonly bool isOn = options.Value.MaxRememberedTokens > 0;

    public bool TryGet(ReadOnlySpan<char> token, [NotNullWhen(true)] out Caller? caller)
    {
        var now = time.GetUtcNow();
        if (recent.TryGet(token, now, out caller))
        {
            return true;
        }

        if (callers.TryGet(TokenHash.Of(token), out caller) && caller.ExpiresAt > now)
        {
            recent.Set(token, caller);
            return true;
        }

        caller = null;
        return false;
    }

    public void Remember(ReadOnlySpan<char> token, Caller caller)
    {
        if (isOn)
        {
            callers.Set(TokenHash.Of(token), caller);
        }
    }
}
