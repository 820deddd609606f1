using Microsoft.AspNetCore.Http;

namespace TenantKit.Gateway.LoadBalancing;

/// <summary>Reads from a request what it is kept together with others by. What a request lacks is made up for by its user, or its address.</summary>
internal sealed class RequestKey
{
    private readonly string kind;
    private readonly string name;

    /// <param name="text">As in <see cref="TenantKit.Routing.LoadBalancingSettings.Key"/>.</param>
    public RequestKey(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        (kind, name) = colon < 0 ? (text, string.Empty) : (text[..colon], text[(colon + 1)..]);
    }

    public string Read(Exchange exchange)
    {
        var request = exchange.Http.Request;
        return kind switch
        {
            "address" => Address(request),
            "path" => exchange.Target.Path,
            "header" when request.Headers.TryGetValue(name, out var values) && values is [{ Length: > 0 } value, ..] => value,
            "cookie" when request.Cookies.TryGetValue(name, out var cookie) && cookie.Length > 0 => cookie,
            _ => exchange.Caller?.UserId ?? Address(request),
        };
    }

    private static string Address(HttpRequest request) => request.HttpContext.Connection.RemoteIpAddress?.ToString() ?? string.Empty;
}
