using System.Diagnostics;
using System.Net;

namespace TenantKit.Gateway.Forwarding;

/// <summary>The one HTTP client for all instances. Its connection pools are named by instance ids.</summary>
internal sealed class InstanceClient(InstanceConnector connector) : IDisposable
{
    public HttpMessageInvoker Invoker { get; } = new(new SingleDeliveryHandler(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null, // the transformer sets traceparent
        ConnectCallback = connector.ConnectAsync,
        ConnectTimeout = Timeout.InfiniteTimeSpan, // the connector has its own, which tells a time-out from a cancelled request
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30), // shorter than servers' own, so that they seldom close first
        MaxResponseHeadersLength = 64,
        MaxResponseDrainSize = 0,
        EnableMultipleHttp2Connections = true,
    }));

    public void Dispose() => Invoker.Dispose();
}
