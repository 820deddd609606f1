using Microsoft.AspNetCore.Http;

namespace TenantKit.Gateway.Edge;

/// <summary>Whether a browser says that a request comes from the page's own origin.</summary>
internal static class SameOrigin
{
    /// <summary>True when <c>Origin</c> is absent or the request's own.</summary>
    public static bool OriginIsOwnOrAbsent(HttpRequest request)
    {
        var origin = request.Headers.Origin;
        return origin.Count == 0 || (origin.Count == 1 && IsOwn(request, origin[0]));
    }

    /// <summary>True when the browser vouches for it: an allow-list, so that a value nobody thought of is refused.</summary>
    public static bool IsProven(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"];
        if (site.Count > 0)
        {
            return site.Count == 1 && site[0] == "same-origin";
        }

        var origin = request.Headers.Origin;
        return origin.Count == 1 && IsOwn(request, origin[0]);
    }

    private static bool IsOwn(HttpRequest request, string? origin) =>
        string.Equals(origin, $"{request.Scheme}://{request.Host.Value}", StringComparison.OrdinalIgnoreCase);
}
