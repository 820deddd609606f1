using Microsoft.Extensions.Primitives;

namespace TenantKit.Gateway.Access;

/// <summary>The cookies that are between a browser and the gateway: no app gets them, and none may set them.</summary>
internal static class GatewayCookies
{
    public const string Session = "tk-session";
    public const string Affinity = "tk-affinity";

    /// <summary>The cookies without ours; the same value when there is none of ours.</summary>
    public static StringValues Strip(StringValues cookies)
    {
        foreach (var header in cookies)
        {
            foreach (var range in header.AsSpan().Split(';'))
            {
                if (IsOurs(header.AsSpan()[range]))
                {
                    return StripFrom(cookies);
                }
            }
        }

        return cookies;
    }

    /// <summary>True for <c>name=value</c> whose name some reader could take for one of ours.</summary>
    public static bool IsOurs(ReadOnlySpan<char> pair) => Is(pair, Session) || Is(pair, Affinity);

    /// <summary>True when some reader could take the name for the given one: percent-decoded, in any case, with a cookie prefix.</summary>
    public static bool Is(ReadOnlySpan<char> pair, string cookie)
    {
        pair = pair.Trim();
        var equals = pair.IndexOf('=');
        var name = equals < 0 ? pair : pair[..equals].TrimEnd();
        if (name.Contains('%'))
        {
            name = Uri.UnescapeDataString(Uri.UnescapeDataString(name.ToString()));
        }

        return name.Trim().EndsWith(cookie, StringComparison.OrdinalIgnoreCase);
    }

    private static string StripFrom(StringValues cookies)
    {
        var kept = new List<string>();
        foreach (var header in cookies)
        {
            foreach (var range in header.AsSpan().Split(';'))
            {
                var pair = header.AsSpan()[range].Trim();
                if (!pair.IsEmpty && !IsOurs(pair))
                {
                    kept.Add(pair.ToString());
                }
            }
        }

        return string.Join("; ", kept);
    }
}
