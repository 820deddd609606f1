using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace TenantKit.Gateway.Edge;

/// <summary>The tenant that a trusted proxy names in a header. From anybody else the header is removed, and no app gets it.</summary>
internal sealed class TenantHeader(IOptions<TenantGatewayOptions> options, TrustedProxies proxies)
{
    private static readonly object Key = new();
    private static readonly GatewayProblem Ambiguous = new(
        400, "ambiguous_tenant", "The tenant is named more than once.", "The proxy in front must replace what its clients send under the name of its tenant header.");

    private readonly string? name = options.Value.TenantHeader;

    /// <summary>Takes it from a request whose address is still that of the connection. The problem of one that names several tenants; else null.</summary>
    public GatewayProblem? Take(HttpContext http)
    {
        if (name is null || !http.Request.Headers.Remove(name, out var values) || !proxies.IsTrusted(http.Connection.RemoteIpAddress))
        {
            return null;
        }

        if (values.Count != 1 || values[0]!.Contains(','))
        {
            return Ambiguous;
        }

        http.Items[Key] = values[0];
        return null;
    }

    /// <summary>The tenant's name, lower case; null when no trusted proxy named one.</summary>
    public static string? Of(HttpContext http) =>
        http.Items.TryGetValue(Key, out var value) && value is string { Length: > 0 } tenant ? tenant.ToLowerInvariant() : null;
}
