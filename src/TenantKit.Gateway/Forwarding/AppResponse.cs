using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using TenantKit.Gateway.Access;
using TenantKit.Gateway.Edge;

namespace TenantKit.Gateway.Forwarding;

/// <summary>Removes from an app's answer what is not its to say, or what tells about the inside.</summary>
internal static class AppResponse
{
    /// <param name="answer">What the app said.</param>
    /// <param name="headers">Its headers, as they were copied for the client.</param>
    /// <param name="instanceId">The instance, by whose name the gateway reaches it.</param>
    public static void Clean(HttpResponseMessage answer, IHeaderDictionary headers, string instanceId)
    {
        // Headers of the content cannot have such names. This enumerator is a value; that of the copy would be allocated.
        foreach (var header in answer.Headers.NonValidated)
        {
            if (IsReserved(header.Key))
            {
                headers.Remove(header.Key);
            }
        }

        KeepOnly(headers, "Set-Cookie", static cookie => !IsForeign(cookie));
        KeepOnly(headers, "WWW-Authenticate", static challenge => !IsConnectionBound(challenge));
        HideAddress(headers, instanceId);
    }

    /// <param name="trailers">The answer's trailers: what is not an app's to say before the body is not after it.</param>
    public static void CleanTrailers(IHeaderDictionary trailers) =>
        HeaderScan.Remove(trailers, static name => IsReserved(name) || Is(name, "Set-Cookie") || Is(name, "Location") || Is(name, RequestTrace.RequestIdHeader));

    private static bool IsReserved(string name) => (name[0] | 0x20) switch
    {
        's' => Is(name, "Server"),
        'v' => Is(name, "Via"),
        'a' => Is(name, "Alt-Svc"),
        'p' => Is(name, "Proxy-Authenticate"),
        'x' => Is(name, "X-Powered-By") || Begins(name, "X-TenantKit-") || Begins(name, "X-AspNet") || Begins(name, "X-Accel-"),
        _ => false,
    };

    private static bool Begins(string name, string prefix) => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase);

    private static bool Is(string name, string reserved) => string.Equals(name, reserved, StringComparison.OrdinalIgnoreCase);

    // A cookie for a whole domain would reach other tenants; one of our name would plant a session.
    private static bool IsForeign(string cookie)
    {
        var first = true;
        foreach (var range in cookie.AsSpan().Split(';'))
        {
            var part = cookie.AsSpan()[range].Trim();
            if (first ? GatewayCookies.IsOurs(part) : part.StartsWith("Domain", StringComparison.OrdinalIgnoreCase) && part[6..].TrimStart() is ['=', ..])
            {
                return true;
            }

            first = false;
        }

        return false;
    }

    private static bool IsConnectionBound(string challenge) =>
        challenge.StartsWith("Negotiate", StringComparison.OrdinalIgnoreCase) || challenge.StartsWith("NTLM", StringComparison.OrdinalIgnoreCase);

    private static void KeepOnly(IHeaderDictionary headers, string name, Predicate<string> keep)
    {
        if (headers.TryGetValue(name, out var values))
        {
            Filter(headers, name, values, keep);
        }
    }

    private static void Filter(IHeaderDictionary headers, string name, StringValues values, Predicate<string> keep)
    {
        var kept = Array.FindAll(values.ToArray(), value => value is not null && keep(value));
        if (kept.Length != values.Count)
        {
            headers[name] = new StringValues(kept);
        }
    }

    // An app that redirects to its own address means its own path: a client can reach only that.
    private static void HideAddress(IHeaderDictionary headers, string instanceId)
    {
        if (headers.Location is [{ } location] && Uri.TryCreate(location, UriKind.Absolute, out var url) && url.Scheme.StartsWith("http", StringComparison.Ordinal)
            && (string.Equals(url.Authority, instanceId, StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) && IsPrivate(address))))
        {
            headers.Location = url.PathAndQuery + url.Fragment;
        }
    }

    private static bool IsPrivate(IPAddress address)
    {
        var bytes = (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).GetAddressBytes();
        return bytes.Length == 4
            ? bytes[0] is 10 or 127 || (bytes[0] == 172 && bytes[1] is >= 16 and < 32) || (bytes[0] == 192 && bytes[1] == 168) || (bytes[0] == 169 && bytes[1] == 254)
            : IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal || address.IsIPv6UniqueLocal;
    }
}
