using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using TenantKit.Gateway.Edge;

namespace TenantKit.Gateway.Tls;

/// <summary>What the gateway holds requests to because of TLS, or the lack of it.</summary>
internal sealed class HttpsRules(IOptions<TenantGatewayOptions> options)
{
    // Another name over the same connection: a browser then opens one of its own for it (RFC 9110, 15.5.20).
    private static readonly GatewayProblem Misdirected = new(421, "misdirected_request", "The connection was opened for another host.", "Open one for the host of the request.");

    private readonly string? hsts = options.Value.Tls.Hsts is { } age ? $"max-age={((long)age.TotalSeconds).ToString(CultureInfo.InvariantCulture)}" : null;
    private readonly int port = options.Value.Tls.RedirectPort ?? new Uri(options.Value.Url).Port;

    /// <summary>Says why a request is not for its connection; null when it is.</summary>
    public GatewayProblem? Check(HttpContext http)
    {
        if (!http.Request.IsHttps)
        {
            return null;
        }

        if (hsts is not null)
        {
            http.Response.OnStarting(
                static state =>
                {
                    var (response, value) = ((HttpResponse, string))state;
                    response.Headers.StrictTransportSecurity = value;
                    return Task.CompletedTask;
                },
                (http.Response, hsts));
        }

        // Without a handshake of its own a request came by https to a trusted proxy. An address is no name there (RFC 6066, 3), but some clients send it.
        return http.Features.Get<ITlsHandshakeFeature>()?.HostName is { Length: > 0 } name && !string.Equals(name, http.Request.Host.Host, StringComparison.OrdinalIgnoreCase) && !IPAddress.TryParse(name, out _)
            ? Misdirected
            : null;
    }

    /// <summary>Sends a client on to the same address with https.</summary>
    public void Redirect(HttpContext http, RequestTarget target)
    {
        var host = new HostString(http.Request.Host.Host, port);
        http.Response.StatusCode = StatusCodes.Status308PermanentRedirect;
        http.Response.Headers.Location = $"https://{(port == 443 ? http.Request.Host.Host : host.Value)}{target.Path}{target.Query}";
    }
}
