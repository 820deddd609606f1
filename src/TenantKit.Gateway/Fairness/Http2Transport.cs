using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace TenantKit.Gateway.Fairness;

/// <summary>The transport of the listener for HTTP/2 in a dedicated gateway: what is written to a connection is sent by the thread pool, not where it is written.</summary>
/// <remarks>
/// A connection of HTTP/2 has the answers of many streams at the same time. Sent where they are written, each is a call of its own to the system; the
/// pool's worker finds several and sends them together. Connections of HTTP/1.1 have one answer at a time and only lose by the change of threads.
/// Thread-safe.
/// </remarks>
internal sealed class Http2Transport : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly int port;
    private readonly SocketTransportFactory factory;

    /// <param name="gateway">Which listener it is for.</param>
    /// <param name="sockets">The other settings of the transport.</param>
    /// <param name="loggers">For the transport's own log.</param>
    public Http2Transport(IOptions<TenantGatewayOptions> gateway, IOptionsFactory<SocketTransportOptions> sockets, ILoggerFactory loggers)
    {
        port = gateway.Value.Http2Url is { } url ? new Uri(url).Port : 0;
        var own = sockets.Create(Options.DefaultName);
        own.UnsafePreferInlineScheduling = false;
        factory = new SocketTransportFactory(Options.Create(own), loggers);
    }

    /// <summary>True for the listener for HTTP/2, unless its port is any free one: others may have that too.</summary>
    public bool CanBind(EndPoint endpoint) => port != 0 && endpoint is IPEndPoint address && address.Port == port;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => factory.BindAsync(endpoint, cancellationToken);
}
