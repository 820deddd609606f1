using Microsoft.AspNetCore.Http;
using TenantKit.Routing;

namespace TenantKit.Gateway.Health;

/// <summary>The gateway's own health: alive when it answers, ready when it knows its tenants, from the control plane or from its snapshot, and was not told to stop.</summary>
internal sealed class HealthEndpoints(IRouteRegistry registry, GatewayStop stop)
{
    public const string LivePath = "/healthz/live";
    public const string ReadyPath = "/healthz/ready";

    /// <summary>True for one of the paths.</summary>
    public static bool Owns(string path) => path is LivePath or ReadyPath;

    /// <summary>Serves one of the paths; false when the path is none of them.</summary>
    public async Task<bool> TryServeAsync(HttpContext http, string path)
    {
        if (!Owns(path) || !(HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method)))
        {
            return false;
        }

        var synced = registry.IsSynced || registry.Count > 0;
        var healthy = path == LivePath || (synced && !stop.HasBegun);
        http.Response.StatusCode = healthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        http.Response.ContentType = "text/plain; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.WriteAsync(healthy ? "healthy" : synced ? "stopping" : "not synced", http.RequestAborted);
        return true;
    }
}
