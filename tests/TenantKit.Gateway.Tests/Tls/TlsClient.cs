using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace TenantKit.Gateway.Tests.Tls;

/// <summary>Asks a gateway on loopback by any name, and notes which certificate it shows.</summary>
internal sealed class TlsClient : IDisposable
{
    public TlsClient(int port)
    {
        Handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectCallback = async (_, token) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, port, token);
                return new NetworkStream(socket, ownsSocket: true);
            },
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                {
                    Thumbprint = certificate?.GetCertHashString();
                    return true;
                },
            },
        };
        Http = new HttpClient(Handler);
    }

    public SocketsHttpHandler Handler { get; }

    public HttpClient Http { get; }

    public string? Thumbprint { get; private set; }

    public async Task<HttpResponseMessage> GetAsync(string url, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url) { Version = HttpVersion.Version20 };
        if (token is not null)
        {
            request.Headers.Authorization = new("Bearer", token);
        }

        return await Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public void Dispose() => Http.Dispose();
}
