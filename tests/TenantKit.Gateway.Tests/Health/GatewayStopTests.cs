using System.Net;
using System.Net.Sockets;
using System.Text;
using TenantKit.Gateway.Tests.Support;

namespace TenantKit.Gateway.Tests.Health;

public sealed class GatewayStopTests
{
    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stop_WithADelay_EndsEachConnectionWithAnAnswerWhileNewOnesAreServed()
    {
        await using var host = await GatewayHost.StartAsync(options => options.StopDelay = TimeSpan.FromMinutes(10));
        var tenant = await host.AddTenantAsync();
        using var connection = new TcpClient();
        await connection.ConnectAsync(host.Url.Host, host.Url.Port, Ended);
        Assert.DoesNotContain("Connection: close", await AskAsync(connection, tenant), StringComparison.Ordinal);

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Ended);
        var stopping = host.StopAsync(enough.Token);
        await Poll.UntilAsync(async () => await StatusAsync(host.InternalUrl, "/healthz/ready") == HttpStatusCode.ServiceUnavailable);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(host.InternalUrl, "/healthz/live"));

        Assert.Contains("Connection: close", await AskAsync(connection, tenant), StringComparison.Ordinal);
        Assert.Equal(0, await connection.GetStream().ReadAsync(new byte[1], Ended));
        using var another = new TcpClient();
        await another.ConnectAsync(host.Url.Host, host.Url.Port, Ended);
        Assert.Contains("Connection: close", await AskAsync(another, tenant), StringComparison.Ordinal);
        Assert.False(stopping.IsCompleted);
        await enough.CancelAsync();
        await Task.WhenAny(stopping);
    }

    [Fact]
    public async Task Stop_WithADelay_AnswersOnHttp2AndTurnsClientsAway()
    {
        await using var host = await GatewayHost.StartAsync(options => (options.StopDelay, options.Http2Url) = (TimeSpan.FromMinutes(10), "http://127.0.0.1:0"));
        var tenant = await host.AddTenantAsync();
        using var handler = new SocketsHttpHandler();
        var connections = 0;
        handler.ConnectCallback = async (context, cancelled) =>
        {
            Interlocked.Increment(ref connections);
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(context.DnsEndPoint, cancelled);
            return new NetworkStream(socket, ownsSocket: true);
        };
        using var client = new HttpClient(handler) { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        client.DefaultRequestHeaders.Authorization = new("Bearer", tenant.Token);
        var address = new Uri(host.Http2Url!, $"/t/{tenant.Name}/echo");
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(address, Ended)).StatusCode);
        Assert.Equal(1, connections);

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Ended);
        var stopping = host.StopAsync(enough.Token);
        await Poll.UntilAsync(async () => await StatusAsync(host.InternalUrl, "/healthz/ready") == HttpStatusCode.ServiceUnavailable);

        // The first one brings the news that its connection ends; the next ones need another.
        await Poll.UntilAsync(async () =>
        {
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(address, Ended)).StatusCode);
            return connections > 1;
        });
        await enough.CancelAsync();
        await Task.WhenAny(stopping);
    }

    private static async Task<HttpStatusCode> StatusAsync(Uri server, string path)
    {
        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri(server, path), Ended);
        return answer.StatusCode;
    }

    /// <summary>The head of the answer to a request over a connection that stays open unless the server ends it.</summary>
    private static async Task<string> AskAsync(TcpClient connection, TestTenant tenant)
    {
        var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET /t/{tenant.Name}/body HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {tenant.Token}\r\n\r\n"), Ended);
        var text = string.Empty;
        var buffer = new byte[4096];
        while (!text.Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var read = await stream.ReadAsync(buffer, Ended);
            Assert.NotEqual(0, read);
            text += Encoding.ASCII.GetString(buffer, 0, read);
        }

        Assert.StartsWith("HTTP/1.1 200", text, StringComparison.Ordinal);
        Assert.Contains("Content-Length: 0", text, StringComparison.Ordinal);
        return text;
    }
}
