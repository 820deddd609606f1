using Microsoft.AspNetCore.Http;

namespace TenantKit.Gateway.Edge;

/// <summary>Tells a person who opens a page from a program that calls an API.</summary>
internal static class BrowserNavigation
{
    /// <summary>True for a GET that accepts HTML, is no sub-request of a page and carries no bearer token.</summary>
    public static bool Is(HttpRequest request)
    {
        if (!HttpMethods.IsGet(request.Method) || request.Headers.Authorization.Count > 0)
        {
            return false;
        }

        var mode = request.Headers["Sec-Fetch-Mode"];
        if (mode.Count > 0 && mode[0] != "navigate")
        {
            return false;
        }

        foreach (var accept in request.Headers.Accept)
        {
            if (accept?.Contains("text/html", StringComparison.OrdinalIgnoreCase) == true)
            {
                return true;
            }
        }

        return false;
    }
}
