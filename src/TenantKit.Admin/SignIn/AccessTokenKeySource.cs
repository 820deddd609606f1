using System.Text.Json;
using TenantKit.Control;

namespace TenantKit.Admin.SignIn;

/// <summary>Publishes the public half of the signing key.</summary>
internal sealed class AccessTokenKeySource(AccessTokenKey key) : IAccessTokenKeySource
{
    public ValueTask<AccessTokenKeys> GetKeysAsync(CancellationToken cancellationToken)
    {
        var jwk = key.PublicKey;
        var set = new
        {
            keys = new[] { new { kty = jwk.Kty, crv = jwk.Crv, x = jwk.X, y = jwk.Y, kid = jwk.Kid, use = "sig", alg = "ES256" } },
        };
        return ValueTask.FromResult(new AccessTokenKeys(AccessTokens.Issuer, AccessTokens.Audience, JsonSerializer.Serialize(set)));
    }
}
