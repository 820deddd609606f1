using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using TenantKit.Gateway.Tests.Support;
using TenantKit.Routing;

namespace TenantKit.Gateway.Tests.Forwarding;

/// <summary>Bodies that are longer than any memory, and what happens around them.</summary>
public sealed class StreamingTests
{
    private long peak;

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    // 256 MiB each way; TENANTKIT_STREAM_MIB sets another size for a longer run.
    private static readonly long Length = (long.TryParse(Environment.GetEnvironmentVariable("TENANTKIT_STREAM_MIB"), CultureInfo.InvariantCulture, out var mib) ? mib : 256) << 20;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Bodies_LongInBothDirections_PassInConstantMemory(bool dedicated)
    {
        await using var host = await GatewayHost.StartAsync(dedicated: dedicated);
        var tenant = await host.AddTenantAsync();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        using var up = await tenant.SendAsync(HttpMethod.Post, "/count", new GeneratedBody(Length, done => Watch(done)));
        Assert.Equal(Length.ToString(CultureInfo.InvariantCulture), await up.Content.ReadAsStringAsync(Ended));

        using var down = await tenant.GetAsync($"/bytes?count={Length}");
        await using var stream = await down.Content.ReadAsStreamAsync(Ended);
        var buffer = new byte[65536];
        long got = 0;
        for (int read; (read = await stream.ReadAsync(buffer, Ended)) > 0; got += read)
        {
            Watch(got);
        }

        // Client, gateway and app are in this process, and other tests are too: the bound is for what is kept, not for each buffer.
        Assert.Equal(Length, got);
        Assert.True(peak - before < 64 << 20, $"{(peak - before) >> 20} MiB were kept.");
    }

    [Fact]
    public async Task Client_ThatGoesAwayInTheMiddle_EndsTheAppsSideToo()
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync();

        using (var down = await tenant.GetAsync($"/bytes?count={1L << 40}"))
        {
            await using var stream = await down.Content.ReadAsStreamAsync(Ended);
            await stream.ReadExactlyAsync(new byte[100_000], Ended);
        }

        await Poll.UntilAsync(() => tenant.App.CutOff == 1);

        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(IPAddress.Loopback, host.Url.Port, Ended);
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST /t/{tenant.Name}/count HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {tenant.Token}\r\nContent-Length: 1000\r\n\r\nhalf"), Ended);
            await Poll.UntilAsync(() => tenant.App.Deliveries.ContainsKey("POST /count"));
        }

        await Poll.UntilAsync(() => tenant.App.CutOff == 2);
        Assert.Equal(1, tenant.App.Deliveries["POST /count"]);
    }

    [Fact]
    public async Task Trailers_OfAnAnswer_ReachAClientThatCanHaveThem()
    {
        await using var host = await GatewayHost.StartAsync(static options => options.Http2Url = "http://127.0.0.1:0");
        using var app = new RawInstance(static _ => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: Checksum\r\n\r\n3\r\nabc\r\n0\r\nChecksum: 42\r\nX-TenantKit-Identity: forged\r\nSet-Cookie: tk-session=planted\r\n\r\n");
        var tenant = await host.AddTenantAsync(app);
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host.Http2Url!, $"/t/{tenant.Name}/x")) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Authorization = new("Bearer", tenant.Token);

        using var response = await client.SendAsync(request, Ended);

        Assert.Equal("abc", await response.Content.ReadAsStringAsync(Ended));
        Assert.Equal("42", Assert.Single(response.TrailingHeaders.GetValues("Checksum")));
        Assert.Equal(["Checksum"], response.TrailingHeaders.Select(static trailer => trailer.Key), StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Body_ThatComesBackWhileItIsSent_PassesWhereAllSpeakHttp2()
    {
        await using var host = await GatewayHost.StartAsync(static options => options.Http2Url = "http://127.0.0.1:0");
        var tenant = await host.AddTenantAsync(protocol: Templates.AppProtocol.Http2);
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(host.Http2Url!, $"/t/{tenant.Name}/return")) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Authorization = new("Bearer", tenant.Token);
        const long length = 64 << 20; // more than all buffers between hold
        request.Content = new GeneratedBody(length);

        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ended);
        await using var stream = await response.Content.ReadAsStreamAsync(Ended);
        long got = 0;
        var buffer = new byte[65536];
        for (int read; (read = await stream.ReadAsync(buffer, Ended)) > 0;)
        {
            got += read;
        }

        Assert.Equal(length, got);
    }

    private void Watch(long done)
    {
        if (done % (32 << 20) < 65536)
        {
            peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: true));
        }
    }
}
