using Microsoft.AspNetCore.Http;

namespace TenantKit.Admin.Http;

/// <summary>The headers of every answer of the Admin API.</summary>
internal static class SecurityHeaders
{
    private const string ApiPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    // The reference page renders in the browser and needs its own inline script and styles; nothing comes from elsewhere.
    private const string PagePolicy =
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

    public static void Apply(HttpResponse response)
    {
        var headers = response.Headers;
        var isPage = response.HttpContext.Request.Path.StartsWithSegments("/docs", StringComparison.OrdinalIgnoreCase);
        headers.ContentSecurityPolicy = isPage ? PagePolicy : ApiPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-store";
    }
}
