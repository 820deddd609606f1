using System.Net;
using Microsoft.AspNetCore.Http;

namespace TenantKit.Gateway.Edge;

/// <summary>What counts as a Host header.</summary>
internal static class HostName
{
    /// <summary>True for one DNS name of letters, digits and hyphens or one IP literal, with or without a port, and no trailing dot.</summary>
    public static bool IsValid(HttpRequest request)
    {
        if (request.Headers.Host.Count != 1 || !request.Host.HasValue)
        {
            return false;
        }

        var host = Of(request);
        if (host.Length is 0 or > 253)
        {
            return false;
        }

        return host[0] == '[' ? host[^1] == ']' && IPAddress.TryParse(host[1..^1], out _) : AreLabels(host);
    }

    /// <summary>The name without its port; an IP literal with its brackets. As <see cref="HostString.Host"/>, which makes a string of it.</summary>
    public static ReadOnlySpan<char> Of(HttpRequest request)
    {
        var host = request.Host.Value.AsSpan();
        if (host.IndexOf(']') is >= 0 and var end)
        {
            return host[..(end + 1)];
        }

        var colon = host.IndexOf(':');
        return colon < 0 || host[(colon + 1)..].Contains(':') ? host : host[..colon];
    }

    private static bool AreLabels(ReadOnlySpan<char> host)
    {
        foreach (var range in host.Split('.'))
        {
            var label = host[range];
            if (label.Length is 0 or > 63 || label[0] == '-' || label[^1] == '-')
            {
                return false;
            }

            foreach (var c in label)
            {
                if (!char.IsAsciiLetterOrDigit(c) && c != '-')
                {
                    return false;
                }
            }
        }

        return true;
    }
}
