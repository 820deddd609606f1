namespace TenantKit.Agent;

/// <summary>The client for calls to the gateway's internal listener: no redirect, no proxy, no cookies.</summary>
internal sealed class AgentHttpClient : IDisposable
{
    public AgentHttpClient()
        : this(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(2),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        })
    {
    }

    internal AgentHttpClient(HttpMessageHandler handler) =>
        Client = new HttpClient(handler) { Timeout = System.Threading.Timeout.InfiniteTimeSpan };

    public HttpClient Client { get; }

    public void Dispose() => Client.Dispose();
}
