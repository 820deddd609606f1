using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using TenantKit.Control;

namespace TenantKit.Gateway.Tests.Support;

/// <summary>Issues access tokens as an admin host does.</summary>
internal sealed class TokenIssuer
{
    public const string Issuer = "https://admin.test";
    public const string Audience = "tenantkit";

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string KeyId { get; set; } = "k1";

    public string KeySet()
    {
        var point = key.ExportParameters(false).Q;
        return JsonSerializer.Serialize(new
        {
            keys = new[] { new { kty = "EC", crv = "P-256", alg = "ES256", use = "sig", kid = KeyId, x = Base64UrlEncoder.Encode(point.X!), y = Base64UrlEncoder.Encode(point.Y!) } },
        });
    }

    public string Issue(
        string userId, string? tenantId, string role = "user", DateTimeOffset? expires = null, string issuer = Issuer, string audience = Audience, SigningCredentials? credentials = null, string? stamp = null)
    {
        var end = (expires ?? DateTimeOffset.UtcNow.AddMinutes(10)).UtcDateTime;
        var claims = new Dictionary<string, object> { ["sub"] = userId, [AccessTokenClaims.UserName] = $"{userId}-name", [AccessTokenClaims.Role] = role };
        if (tenantId is not null)
        {
            claims[AccessTokenClaims.TenantId] = tenantId;
        }

        if (stamp is not null)
        {
            claims[AccessTokenClaims.Stamp] = stamp;
        }

        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = audience,
            IssuedAt = end.AddHours(-1),
            NotBefore = end.AddHours(-1),
            Expires = end,
            Claims = claims,
            SigningCredentials = credentials ?? new SigningCredentials(new ECDsaSecurityKey(key) { KeyId = KeyId }, SecurityAlgorithms.EcdsaSha256),
        });
    }
}
