using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using IPNetwork = System.Net.IPNetwork;

namespace TenantKit.Gateway.Edge;

/// <summary>Takes from the proxies that are configured, and from nobody else, which client a request is of and whether it came by https.</summary>
/// <remarks>
/// <c>X-Forwarded-For</c> is read from its end, as far as each address is a trusted proxy's: what a client wrote itself lies before the address
/// that the first of them saw. The Host is what the request says, never <c>X-Forwarded-Host</c>.
/// </remarks>
internal sealed class TrustedProxies
{
    private readonly ForwardedHeadersMiddleware? forwarders;
    private readonly List<IPNetwork> networks = [];

    public TrustedProxies(IOptions<TenantGatewayOptions> options, ILoggerFactory loggers)
    {
        if (options.Value.TrustedProxies.Count == 0)
        {
            return;
        }

        var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = null };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var text in options.Value.TrustedProxies)
        {
            networks.Add(TryParse(text, out var network) ? network : throw new FormatException($"'{text}' is no address."));
            forwarded.KnownIPNetworks.Add(network);
        }

        forwarders = new ForwardedHeadersMiddleware(static _ => Task.CompletedTask, loggers, Options.Create(forwarded));
    }

    /// <summary>Reads an address, or a network such as <c>10.0.0.0/8</c>.</summary>
    public static bool TryParse(string? text, out IPNetwork network)
    {
        if (IPAddress.TryParse(text, out var address))
        {
            network = new IPNetwork(address, address.GetAddressBytes().Length * 8);
            return true;
        }

        return IPNetwork.TryParse(text, out network);
    }

    /// <summary>True for the address of one.</summary>
    public bool IsTrusted(IPAddress? address)
    {
        if (address is { IsIPv4MappedToIPv6: true })
        {
            address = address.MapToIPv4();
        }

        return address is not null && networks.Exists(network => network.Contains(address));
    }

    /// <summary>Corrects a request that came from one. To be called before the edge removes what clients may not say.</summary>
    public void Apply(HttpContext http)
    {
        if (forwarders is null)
        {
            return;
        }

        var request = http.Request;
        var scheme = request.Scheme;
        forwarders.ApplyForwarders(http);
        if (request.Scheme != scheme)
        {
            request.Scheme = string.Equals(request.Scheme, Uri.UriSchemeHttps, StringComparison.OrdinalIgnoreCase) ? Uri.UriSchemeHttps
                : string.Equals(request.Scheme, Uri.UriSchemeHttp, StringComparison.OrdinalIgnoreCase) ? Uri.UriSchemeHttp
                : scheme;
        }
    }
}
