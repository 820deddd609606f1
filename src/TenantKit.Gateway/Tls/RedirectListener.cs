using Microsoft.AspNetCore.Http;

namespace TenantKit.Gateway.Tls;

/// <summary>Marks the connections of the listener that only sends on to https.</summary>
internal sealed class RedirectListener
{
    private RedirectListener()
    {
    }

    public static RedirectListener Instance { get; } = new();

    /// <summary>True for a request that came in there.</summary>
    public static bool Carries(HttpContext http) => http.Features.Get<RedirectListener>() is not null;
}
