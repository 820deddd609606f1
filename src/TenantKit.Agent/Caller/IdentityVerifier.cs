using System.Security.Claims;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace TenantKit.Agent.Caller;

/// <summary>Checks the caller identity that the gateway signed: ES256 only, this issuer, this tenant, in its lifetime, a key of the gateway.</summary>
internal sealed class IdentityVerifier(IdentityKeys keys, IdentityCache cache, IOptions<TenantAgentOptions> options, TimeProvider time)
{
    private const int MaxLength = 8192;
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(5);
    private readonly JsonWebTokenHandler handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = MaxLength };

    public async ValueTask<ClaimsPrincipal?> VerifyAsync(string token, CancellationToken cancellationToken)
    {
        if (token.Length > MaxLength)
        {
            return null;
        }

        var hash = TokenHash.Of(token);
        if (cache.Find(hash) is { } known)
        {
            return known;
        }

        if (Read(token) is not { Alg: SecurityAlgorithms.EcdsaSha256, Kid.Length: > 0 } unverified
            || await keys.FindAsync(unverified.Kid, cancellationToken).ConfigureAwait(false) is not { } key)
        {
            return null;
        }

        var result = await handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            ValidIssuer = AgentProtocol.IdentityIssuer,
            ValidAudience = options.Value.TenantId,
            IssuerSigningKey = key,
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            LifetimeValidator = IsAlive,
        }).ConfigureAwait(false);
        if (!result.IsValid || result.SecurityToken is not JsonWebToken { Subject.Length: > 0 } verified)
        {
            return null;
        }

        var principal = CallerPrincipal.Create(new TenantCaller(verified.Subject, Text(verified, "name") ?? verified.Subject, Text(verified, "role") ?? "user"));
        cache.Add(hash, principal, verified.ValidTo + Skew);
        return principal;
    }

    private static string? Text(JsonWebToken token, string claim) => token.TryGetPayloadValue<string>(claim, out var value) ? value : null;

    private JsonWebToken? Read(string token)
    {
        try
        {
            return handler.CanReadToken(token) ? handler.ReadJsonWebToken(token) : null;
        }
        catch (Exception exception) when (exception is ArgumentException or SecurityTokenException)
        {
            return null;
        }
    }

    private bool IsAlive(DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters parameters)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return expires is { } end && now < end + Skew && (notBefore is not { } start || now >= start - Skew);
    }
}
