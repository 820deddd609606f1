using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using TenantKit.Control;

namespace TenantKit.Benchmarks.Serving;

/// <summary>Issues access tokens as an admin host does.</summary>
internal sealed class TokenIssuer
{
    private const string Issuer = "https://admin.example";
    private const string Audience = "tenantkit";

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public AccessTokenKeys Keys()
    {
        var point = key.ExportParameters(false).Q;
        var set = JsonSerializer.Serialize(new
        {
            keys = new[] { new { kty = "EC", crv = "P-256", alg = "ES256", use = "sig", kid = "k1", x = Base64UrlEncoder.Encode(point.X!), y = Base64UrlEncoder.Encode(point.Y!) } },
        });
        return new AccessTokenKeys(Issuer, Audience, set);
    }

    public string Issue(string userId, string tenantId) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = Issuer,
        Audience = Audience,
        IssuedAt = DateTime.UtcNow.AddMinutes(-1),
        NotBefore = DateTime.UtcNow.AddMinutes(-1),
        Expires = DateTime.UtcNow.AddHours(12),
        Claims = new Dictionary<string, object>
        {
            ["sub"] = userId,
            [AccessTokenClaims.UserName] = $"{userId}@example.com",
            [AccessTokenClaims.Role] = "user",
            [AccessTokenClaims.TenantId] = tenantId,
        },
        SigningCredentials = new SigningCredentials(new ECDsaSecurityKey(key) { KeyId = "k1" }, SecurityAlgorithms.EcdsaSha256),
    });
}
