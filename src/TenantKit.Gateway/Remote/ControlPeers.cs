using System.Net.Http.Headers;
using Microsoft.Extensions.Options;
using TenantKit.Control.Remote;

namespace TenantKit.Gateway.Remote;

/// <summary>The replicas of the control plane and the connections to them.</summary>
internal sealed class ControlPeers : IDisposable
{
    public ControlPeers(IOptions<RemoteControlPlaneOptions> options, IOptions<TenantGatewayOptions> gateway)
    {
        var settings = options.Value;
        if (!GatewaySecret.TryRead(settings, gateway.Value, out var tokens, out var error))
        {
            throw new InvalidOperationException(error);
        }

        Addresses = [.. settings.Addresses.Select(static address => new Uri(address))];
        Client = new HttpClient(new RefusedConnectionHandler(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = settings.CallTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        }))
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(GatewayProtocol.Scheme, tokens.Current);
    }

    public IReadOnlyList<Uri> Addresses { get; }

    public HttpClient Client { get; }

    public void Dispose() => Client.Dispose();
}
