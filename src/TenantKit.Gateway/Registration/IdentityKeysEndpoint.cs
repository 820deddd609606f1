using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.Tokens;
using TenantKit.Gateway.Forwarding;

namespace TenantKit.Gateway.Registration;

/// <summary>The public key of the caller identity as a JSON Web Key Set (RFC 7517).</summary>
internal sealed class IdentityKeysEndpoint(IdentityKey key)
{
    private readonly byte[] body = Serialize(key);

    public async Task HandleAsync(HttpContext http)
    {
        http.Response.ContentType = "application/jwk-set+json";
        http.Response.Headers.CacheControl = "no-cache";
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    private static byte[] Serialize(IdentityKey key)
    {
        var point = key.Key.ExportParameters(includePrivateParameters: false).Q;
        return JsonSerializer.SerializeToUtf8Bytes(new
        {
            keys = new[]
            {
                new
                {
                    kty = "EC", crv = "P-256", use = "sig", alg = SecurityAlgorithms.EcdsaSha256, kid = key.Id,
                    x = Base64UrlEncoder.Encode(point.X!), y = Base64UrlEncoder.Encode(point.Y!),
                },
            },
        });
    }
}
