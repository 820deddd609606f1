using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using TenantKit.Control;
using TenantKit.Diagnostics;
using TenantKit.Gateway.Access;
using TenantKit.Routing;

namespace TenantKit.Gateway.Forwarding;

/// <summary>Tells the app who asks: a short-lived token for exactly that tenant. Used again for the same caller and tenant until a quarter of its life is left.</summary>
internal sealed class CallerIdentity(IdentityKey key, IOptions<TenantGatewayOptions> options, TimeProvider time, IIdSource ids) : ICallerIdentity
{
    private const int MostRemembered = 100_000;

    private readonly JsonWebTokenHandler handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly SigningCredentials credentials = new(new ECDsaSecurityKey(key.Key) { KeyId = key.Id }, SecurityAlgorithms.EcdsaSha256);
    private readonly RecentlyUsed<(string User, string Tenant), Remembered> remembered = new(MostRemembered);

    /// <summary>The value of <see cref="WireProtocol.IdentityHeader"/>.</summary>
    public string Sign(Caller caller, Route route)
    {
        var now = time.GetUtcNow();
        var lately = caller.Lately;
        if (lately is { Identity: { } told } && lately.IdentityUntil > now && ReferenceEquals(lately.Route, route))
        {
            return told;
        }

        var signed = Find(caller, route, now);
        if (lately is not null && string.Equals(lately.Route.TenantId, route.TenantId, StringComparison.Ordinal)) // another request may have gone elsewhere meanwhile
        {
            caller.Lately = lately with { Route = route, Identity = signed.Token, IdentityUntil = signed.UseUntil };
        }

        return signed.Token;
    }

    private Remembered Find(Caller caller, Route route, DateTimeOffset now)
    {
        var pair = (caller.UserId, route.TenantId);
        if (remembered.TryGet(pair, out var known) && known.UseUntil > now && known.Role == caller.Role && known.UserName == caller.UserName && known.TenantName == route.TenantName)
        {
            return known;
        }

        var lifetime = options.Value.IdentityLifetime;
        var token = Create(caller, route, now, lifetime);
        var made = new Remembered(token, now + (lifetime * 0.75), caller.Role, caller.UserName, route.TenantName);
        remembered.Set(pair, made);
        return made;
    }

    private string Create(Caller caller, Route route, DateTimeOffset now, TimeSpan lifetime) => handler.CreateToken(new SecurityTokenDescriptor
    {
        Issuer = WireProtocol.IdentityIssuer,
        Audience = route.TenantId,
        IssuedAt = now.UtcDateTime,
        NotBefore = now.UtcDateTime,
        Expires = (now + lifetime).UtcDateTime,
        SigningCredentials = credentials,
        Claims = new Dictionary<string, object>
        {
            [JwtRegisteredClaimNames.Sub] = caller.UserId,
            [JwtRegisteredClaimNames.Jti] = ids.NewId(),
            [AccessTokenClaims.UserName] = caller.UserName,
            [AccessTokenClaims.Role] = caller.Role,
            [WireProtocol.TenantNameClaim] = route.TenantName,
        },
    });

    private sealed record Remembered(string Token, DateTimeOffset UseUntil, string Role, string UserName, string TenantName);
}
