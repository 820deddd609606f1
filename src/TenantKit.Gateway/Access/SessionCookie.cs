using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace TenantKit.Gateway.Access;

/// <summary>The cookie that carries a person's access token: for the gateway only, never for an app.</summary>
/// <remarks>
/// Over https its name begins with <c>__Host-</c>: browsers take such a cookie from this very host only, over https, for all of its paths (RFC 6265bis,
/// 4.1.3.2). Another tenant's app on a sibling host, or somebody on the network who answers for http, cannot plant one; without the
/// prefix they could. Over plain http, for trying things out on one's own machine, browsers refuse the prefix.
/// </remarks>
internal static class SessionCookie
{
    /// <summary>Its name over http.</summary>
    public const string Name = GatewayCookies.Session;

    /// <summary>Its name over https, where the other one is nobody's.</summary>
    public const string HostName = "__Host-" + Name;

    /// <summary>The token in the cookie. Two cookies of the name mean that one was planted: neither counts.</summary>
    public static bool TryRead(HttpRequest request, [NotNullWhen(true)] out string? token, out bool present)
    {
        token = null;
        present = false;
        var name = NameFor(request);
        foreach (var header in request.Headers.Cookie)
        {
            foreach (var range in header.AsSpan().Split(';'))
            {
                var pair = header.AsSpan()[range].Trim();
                if (!GatewayCookies.Is(pair, name))
                {
                    continue;
                }

                if (present)
                {
                    token = null;
                    return false;
                }

                present = true;
                token = pair.StartsWith(name, StringComparison.Ordinal) && pair[name.Length..] is ['=', ..] ? pair[(name.Length + 1)..].ToString() : null;
            }
        }

        return token is not null;
    }

    /// <summary>The <c>Set-Cookie</c> of a new session.</summary>
    public static string Create(HttpRequest request, string token, TimeSpan lifetime) =>
        string.Create(CultureInfo.InvariantCulture, $"{NameFor(request)}={token}; Path=/; Max-Age={(long)lifetime.TotalSeconds}; HttpOnly; SameSite=Lax{Secure(request)}");

    /// <summary>The <c>Set-Cookie</c> that ends a session.</summary>
    public static string Clear(HttpRequest request) => $"{NameFor(request)}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax{Secure(request)}";

    private static string NameFor(HttpRequest request) => request.IsHttps ? HostName : Name;

    private static string Secure(HttpRequest request) => request.IsHttps ? "; Secure" : string.Empty;
}
