using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using TenantKit.Gateway.Edge;

namespace TenantKit.Gateway.Resolution;

/// <summary>What a Host header names: the gateway, a tenant, or nobody.</summary>
internal sealed class HostMap(IOptions<TenantGatewayOptions> options, TenantDomains domains)
{
    private readonly string suffix = "." + options.Value.BaseDomain.ToLowerInvariant();
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> own = new HashSet<string>(
        [.. options.Value.Hosts, options.Value.BaseDomain, "localhost", new Uri(options.Value.Url).Host],
        StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Reads the Host header; false when it is nobody's.</summary>
    public bool TryRead(HttpContext http, out string? tenantName)
    {
        tenantName = null;
        var host = HostName.Of(http.Request);
        if (own.Contains(host))
        {
            return true;
        }

        if (host.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
        {
            var label = host[..^suffix.Length];
            if (label.Contains('.'))
            {
                return false;
            }

            tenantName = label.ToString().ToLowerInvariant();
            return true;
        }

        if (domains.TryFind(host.ToString(), out tenantName))
        {
            return true;
        }

        return IPAddress.TryParse(host.Trim("[]"), out var address)
            && (IPAddress.IsLoopback(address) || address.Equals(Local(http)));
    }

    private static IPAddress? Local(HttpContext http) =>
        http.Connection.LocalIpAddress is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4() : http.Connection.LocalIpAddress;
}
