using Microsoft.AspNetCore.Http;
using TenantKit.Agent.Context;

namespace TenantKit.Agent.Proof;

/// <summary>Proves to a prober that holds the same key that this process is this instance of this tenant.</summary>
internal sealed class IdentityProofEndpoint(InstanceKey key, ITenantContext tenant)
{
    public Task HandleAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        var nonce = context.Request.Query["nonce"];
        if (nonce.Count != 1 || nonce[0] is not { Length: 64 } text || text.AsSpan().ContainsAnyExcept(InstanceKey.Hex))
        {
            return RefuseAsync(context, StatusCodes.Status400BadRequest, "bad_nonce", "The nonce must be 64 hexadecimal digits.");
        }

        return key.Read() is { } secret
            ? context.Response.WriteAsJsonAsync(IdentityProof.Create(secret, text, tenant.TenantId, tenant.InstanceId), AgentJson.Default.IdentityProof)
            : RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "no_instance_key", "This instance has no key: set TENANTKIT_KEY_FILE.");
    }

    private static Task RefuseAsync(HttpContext context, int status, string code, string title)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/problem+json";
        return context.Response.WriteAsync($$"""{"status":{{status}},"code":"{{code}}","title":"{{title}}"}""");
    }
}
