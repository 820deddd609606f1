namespace TenantKit.Gateway.SignIn;

/// <summary>Where a person may be sent after signing in: a path at this host, nothing else.</summary>
internal static class LocalUrl
{
    /// <summary>The address when it is local, else <c>/</c>.</summary>
    public static string OrRoot(string? url)
    {
        if (string.IsNullOrEmpty(url) || url.Length > 2048 || url[0] != '/')
        {
            return "/";
        }

        if (url.Length > 1 && url[1] is '/' or '\\')
        {
            return "/";
        }

        foreach (var c in url)
        {
            if (c is '\\' or <= ' ' or >= '\u007f')
            {
                return "/";
            }
        }

        // What the URL parser does not read as a path of the same host is not sent to a browser.
        var root = new Uri("http://local.invalid");
        return Uri.TryCreate(root, url, out var parsed) && parsed.Host == root.Host && !HasEncodedControl(url) ? parsed.PathAndQuery : "/";
    }

    private static bool HasEncodedControl(string url) =>
        Uri.UnescapeDataString(url).Any(char.IsControl) || url.StartsWith("/%5c", StringComparison.OrdinalIgnoreCase) || url.StartsWith("/%2f", StringComparison.OrdinalIgnoreCase);
}
