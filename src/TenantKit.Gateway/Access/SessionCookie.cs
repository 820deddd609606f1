using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace TenantKit.Gateway.Access;

/// <summary>The cookie that carries a person's access token: for the gateway only, never for an app.</summary>
internal static class SessionCookie
{
    public const string Name = GatewayCookies.Session;

    /// <summary>The token in the cookie. Two cookies of the name mean that one was planted: neither counts.</summary>
    public static bool TryRead(HttpRequest request, [NotNullWhen(true)] out string? token, out bool present)
    {
        token = null;
        present = false;
        foreach (var header in request.Headers.Cookie)
        {
            foreach (var range in header.AsSpan().Split(';'))
            {
                var pair = header.AsSpan()[range].Trim();
                if (!GatewayCookies.Is(pair, Name))
                {
                    continue;
                }

                if (present)
                {
                    token = null;
                    return false;
                }

                present = true;
                token = pair.StartsWith(Name + "=", StringComparison.Ordinal) ? pair[(Name.Length + 1)..].ToString() : null;
            }
        }

        return token is not null;
    }

    /// <summary>The <c>Set-Cookie</c> of a new session.</summary>
    public static string Create(HttpRequest request, string token, TimeSpan lifetime) =>
        string.Create(CultureInfo.InvariantCulture, $"{Name}={token}; Path=/; Max-Age={(long)lifetime.TotalSeconds}; HttpOnly; SameSite=Lax{Secure(request)}");

    /// <summary>The <c>Set-Cookie</c> that ends a session.</summary>
    public static string Clear(HttpRequest request) => $"{Name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax{Secure(request)}";

    private static string Secure(HttpRequest request) => request.IsHttps ? "; Secure" : string.Empty;
}
