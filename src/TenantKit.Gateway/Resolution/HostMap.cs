using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace TenantKit.Gateway.Resolution;

/// <summary>What a Host header names: the gateway, a tenant, or nobody.</summary>
internal sealed class HostMap(IOptions<TenantGatewayOptions> options, TenantDomains domains)
{
    private readonly string suffix = "." + options.Value.BaseDomain.ToLowerInvariant();
    private readonly HashSet<string> own = new(
        [.. options.Value.Hosts, options.Value.BaseDomain, "localhost", new Uri(options.Value.Url).Host],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads the Host header; false when it is nobody's.</summary>
    public bool TryRead(HttpContext http, out string? tenantName)
    {
        tenantName = null;
        var host = http.Request.Host.Host;
        if (own.Contains(host))
        {
            return true;
        }

        if (host.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
        {
            var label = host[..^suffix.Length];
            if (label.Contains('.', StringComparison.Ordinal))
            {
                return false;
            }

            tenantName = label.ToLowerInvariant();
            return true;
        }

        if (domains.TryFind(host, out tenantName))
        {
            return true;
        }

        return IPAddress.TryParse(host.Trim('[', ']'), out var address)
            && (IPAddress.IsLoopback(address) || address.Equals(Local(http)));
    }

    private static IPAddress? Local(HttpContext http) =>
        http.Connection.LocalIpAddress is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4() : http.Connection.LocalIpAddress;
}
