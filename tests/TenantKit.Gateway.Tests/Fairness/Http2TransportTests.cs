using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using TenantKit.Gateway.Fairness;
using TenantKit.Gateway.Tests.Support;

namespace TenantKit.Gateway.Tests.Fairness;

/// <summary>In a dedicated gateway the listener for HTTP/2 has a transport of its own, and the others have theirs.</summary>
public sealed class Http2TransportTests
{
    [Theory]
    [InlineData("http://127.0.0.1:5002", 5002, true)]
    [InlineData("http://localhost:5002", 5002, true)]
    [InlineData("http://any.example:5002", 5002, true)]
    [InlineData("http://127.0.0.1:5002", 5001, false)]
    [InlineData("http://127.0.0.1:0", 0, false)]
    [InlineData(null, 5002, false)]
    public void CanBind_IsTrueForTheListenerForHttp2Alone(string? url, int port, bool expected)
    {
        var transport = new Http2Transport(
            Options.Create(new TenantGatewayOptions { Http2Url = url }),
            new OptionsFactory<SocketTransportOptions>([], []),
            NullLoggerFactory.Instance);

        Assert.Equal(expected, transport.CanBind(new IPEndPoint(IPAddress.Loopback, port)));
        Assert.Equal(expected, transport.CanBind(new IPEndPoint(IPAddress.IPv6Any, port)));
        Assert.False(transport.CanBind(new UnixDomainSocketEndPoint("/tmp/any")));
    }

    [Fact]
    public async Task Gateway_ThatIsDedicated_ServesBothVersionsAtOnce()
    {
        await using var host = await GatewayHost.StartAsync(static options => options.Http2Url = $"http://127.0.0.1:{FreePort()}", dedicated: true);
        var tenant = await host.AddTenantAsync();
        using var client = new HttpClient();

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(i % 2 == 0 ? host.Http2Url! : host.Url, $"/t/{tenant.Name}/any"))
            {
                Version = i % 2 == 0 ? HttpVersion.Version20 : HttpVersion.Version11,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            request.Headers.Authorization = new("Bearer", tenant.Token);
            using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
            return (answer.StatusCode, answer.Version.Major);
        }));

        Assert.All(answers, static (answer, i) => Assert.Equal((HttpStatusCode.OK, i % 2 == 0 ? 2 : 1), answer));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
