namespace TenantKit.Samples.TenantApp.Page;

/// <summary>Whether a form was sent by this site's own page. An allow-list: what is not known to be ours is refused.</summary>
internal static class FormOrigin
{
    public static bool IsOwn(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"];
        if (site.Count > 0)
        {
            return site.Count == 1 && site[0] == "same-origin";
        }

        var origin = request.Headers.Origin;
        return origin.Count == 1 && string.Equals(origin[0], $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
    }
}
