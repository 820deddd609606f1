using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace TenantKit.Samples.TenantApp.Tests;

/// <summary>What the app needs of a gateway: its identity keys, and callers signed with them.</summary>
public sealed class KeyServer : IAsyncDisposable
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly WebApplication app;

    private KeyServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        var point = key.ExportParameters(false).Q;
        var set = $$"""{"keys":[{"kty":"EC","crv":"P-256","use":"sig","alg":"ES256","kid":"k","x":"{{Base64UrlEncoder.Encode(point.X)}}","y":"{{Base64UrlEncoder.Encode(point.Y)}}"}]}""";
        app.MapGet("/.well-known/tenantkit/jwks.json", (RequestDelegate)(context => context.Response.WriteAsync(set)));
    }

    public string Address => app.Urls.First();

    public static async Task<KeyServer> StartAsync()
    {
        var server = new KeyServer();
        await server.app.StartAsync();
        return server;
    }

    public string Sign(string tenantId) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = "tenantkit-gateway",
        Audience = tenantId,
        Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(10),
        Claims = new Dictionary<string, object> { ["sub"] = "user-7", ["name"] = "anna", ["role"] = "user" },
        SigningCredentials = new SigningCredentials(new ECDsaSecurityKey(key) { KeyId = "k" }, SecurityAlgorithms.EcdsaSha256),
    });

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        key.Dispose();
    }
}
