using Microsoft.Extensions.Primitives;

namespace TenantKit.Gateway.Access;

/// <summary>The cookies that are between a browser and the gateway: no app gets them, and none may set them.</summary>
internal static class GatewayCookies
{
    public const string Session = "tk-session";
    public const string Affinity = "tk-affinity";

    // Nobody but this host can set such names; they are kept free of apps' own.
    private const string Reserved = "__Host-tk";

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
    public static bool IsOurs(ReadOnlySpan<char> pair)
    {
        var name = NameOf(pair);
        return name.EndsWith(Session, StringComparison.OrdinalIgnoreCase) || name.EndsWith(Affinity, StringComparison.OrdinalIgnoreCase)
            || name.StartsWith(Reserved, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>True when some reader could take the name for the given one: percent-decoded, in any case, with a cookie prefix.</summary>
    public static bool Is(ReadOnlySpan<char> pair, string cookie) => NameOf(pair).EndsWith(cookie, StringComparison.OrdinalIgnoreCase);

    private static ReadOnlySpan<char> NameOf(ReadOnlySpan<char> pair)
    {
        pair = pair.Trim();
        var equals = pair.IndexOf('=');
        var name = equals < 0 ? pair : pair[..equals].TrimEnd();
        return name.Contains('%') ? Uri.UnescapeDataString(Uri.UnescapeDataString(name.ToString())).AsSpan().Trim() : name;
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
