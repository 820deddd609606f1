using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using TenantKit.Control;

namespace TenantKit.Gateway.Access;

/// <summary>Checks access tokens of the admin host: ES256 only, issuer, audience and lifetime required, 30 seconds of clock skew.</summary>
internal sealed class AccessTokenValidator(AccessTokenKeyCache keys, TokenCache cache, TimeProvider time)
{
    private const int MaxTokenLength = 8192;
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);
    private readonly JsonWebTokenHandler handler = new() { MapInboundClaims = false };

    /// <summary>Who the token speaks for. No caller and no problem means that it is not valid.</summary>
    /// <remarks>A token that is remembered costs no memory: it is not even copied out of its header.</remarks>
    public ValueTask<(Caller? Caller, GatewayProblem? Problem)> ValidateAsync(ReadOnlyMemory<char> token, CancellationToken cancellationToken)
    {
        if (token.Length is 0 or > MaxTokenLength)
        {
            return default;
        }

        return cache.TryGet(token.Span, out var known) ? new((known, null)) : CheckAsync(token.ToString(), cancellationToken);
    }

    private async ValueTask<(Caller? Caller, GatewayProblem? Problem)> CheckAsync(string token, CancellationToken cancellationToken)
    {
        // Checking a signature takes as long as forwarding several requests: others go first.
        await Task.Yield();
        if (!handler.CanReadToken(token) || ReadKeyId(token) is not { } keyId)
        {
            return default;
        }

        if (await keys.GetAsync(keyId, cancellationToken) is not { } set)
        {
            return (null, GatewayProblems.CannotAuthenticate);
        }

        var result = await handler.ValidateTokenAsync(token, Parameters(set));
        if (!result.IsValid || ToCaller((JsonWebToken)result.SecurityToken) is not { } caller)
        {
            return default;
        }

        cache.Remember(token, caller);
        return (caller, null);
    }

    private string? ReadKeyId(string token)
    {
        try
        {
            return handler.ReadJsonWebToken(token).Kid ?? string.Empty;
        }
        catch (Exception exception) when (exception is ArgumentException or SecurityTokenException)
        {
            return null;
        }
    }

    private TokenValidationParameters Parameters(AccessTokenKeySet set) => new()
    {
        ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
        ValidIssuer = set.Source.Issuer,
        ValidAudience = set.Source.Audience,
        IssuerSigningKeys = set.Keys,
        RequireSignedTokens = true,
        RequireExpirationTime = true,
        LifetimeValidator = IsAlive,
    };

    private bool IsAlive(DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters parameters)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return expires + Skew > now && (notBefore is null || notBefore - Skew <= now);
    }

    private static Caller? ToCaller(JsonWebToken token)
    {
        var tenant = token.TryGetClaim(AccessTokenClaims.TenantId, out var claim) ? claim.Value : null;
        var stamp = token.TryGetClaim(AccessTokenClaims.Stamp, out var stampClaim) ? stampClaim.Value : string.Empty;
        return string.IsNullOrEmpty(token.Subject)
            || !token.TryGetClaim(AccessTokenClaims.Role, out var role)
            || !token.TryGetClaim(AccessTokenClaims.UserName, out var name)
            ? null
            : new Caller(token.Subject, name.Value, role.Value, string.IsNullOrEmpty(tenant) ? null : tenant, new DateTimeOffset(token.ValidTo + Skew, TimeSpan.Zero), stamp);
    }
}
