using System.Net;
using System.Net.WebSockets;
using System.Text;
using TenantKit.Gateway.Tests.Support;
using TenantKit.Routing;

namespace TenantKit.Gateway.Tests.Forwarding;

public sealed class ForwardingTests
{
    [Fact]
    public async Task Post_WithoutLengthToAnAppThatHangsUp_IsDeliveredOnce()
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync();

        var answer = await RawClient.SendAsync(host.Url, $"POST /abort HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {tenant.Token}\r\n\r\n");
        var delete = await RawClient.SendAsync(host.Url, $"DELETE /abort HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {tenant.Token}\r\n\r\n");

        Assert.Equal((502, 502), (RawClient.Status(answer), RawClient.Status(delete)));
        Assert.Contains("upstream_failed", answer, StringComparison.Ordinal);
        Assert.Equal((1, 1), (tenant.App.Deliveries["POST /abort"], tenant.App.Deliveries["DELETE /abort"]));
    }

    [Fact]
    public async Task Get_ToAnAppThatHangsUp_IsDeliveredTwiceAtMost()
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync();

        await GatewayHost.AssertProblemAsync(await tenant.GetAsync("/abort"), 502, "upstream_failed");

        Assert.Equal(2, tenant.App.Deliveries["GET /abort"]);
    }

    [Fact]
    public async Task Instance_ThatIsGone_IsReplacedWithinTheHold()
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync();
        await tenant.App.DisposeAsync();

        var waiting = tenant.SendAsync(HttpMethod.Post, "/echo", new StringContent("x"));
        var next = await TestApp.StartAsync("01instancenext", tenant.Id);
        tenant.Apps[0] = next;
        await tenant.BecomeAsync(RouteState.Active);
        using var response = await waiting;

        Assert.Equal("01instancenext", (await GatewayHost.EchoAsync(response)).Instance);
        Assert.Equal(1, next.Deliveries["POST /echo"]);
        await next.DisposeAsync();
    }

    [Fact]
    public async Task Instances_OneOfTwoDead_CostsNoRequest()
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync(instances: 2);
        await tenant.Apps[1].DisposeAsync();

        for (var i = 0; i < 40; i++)
        {
            using var response = await tenant.SendAsync(HttpMethod.Post, "/echo", new StringContent("x"));
            Assert.Equal(tenant.App.InstanceId, (await GatewayHost.EchoAsync(response)).Instance);
        }

        await tenant.ReadyAsync(1);
    }

    [Fact]
    public async Task Address_TakenOverByAnotherTenant_IsNeverReachedByTheOldId()
    {
        await using var host = await GatewayHost.StartAsync(options => options.HoldTimeout = TimeSpan.FromSeconds(2));
        var old = await host.AddTenantAsync(probe: Templates.ProbeKind.Identity);
        Assert.Equal(HttpStatusCode.OK, (await old.GetAsync("/echo")).StatusCode);
        await old.App.DisposeAsync();
        await using var other = await TestApp.StartAsync("01instanceother", "01tenantother", old.App.Port);

        var responses = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => old.SendAsync(HttpMethod.Post, "/echo", new StringContent("secret"))));

        Assert.All(responses, response => Assert.NotEqual(HttpStatusCode.OK, response.StatusCode));
        Assert.Empty(other.Seen);
    }

    [Fact]
    public async Task Instance_BeforeItsProbePassed_GetsNothing()
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync(RouteState.Asleep);
        tenant.App.Healthy = false;
        await tenant.BecomeAsync(RouteState.Active);

        var waiting = tenant.GetAsync("/echo");
        await Poll.UntilAsync(() => tenant.App.Deliveries.GetValueOrDefault("GET /healthz/ready") > 2);
        Assert.Empty(tenant.App.Seen);
        tenant.App.Healthy = true;

        Assert.Equal(HttpStatusCode.OK, (await waiting).StatusCode);
    }

    [Fact]
    public async Task Instance_ThatTurnsUnhealthy_GetsNothingUntilItRecovers()
    {
        await using var host = await GatewayHost.StartAsync(options => options.HoldTimeout = TimeSpan.FromMilliseconds(200));
        var tenant = await host.AddTenantAsync();
        tenant.App.Healthy = false;
        await tenant.ReadyAsync(0);

        await GatewayHost.AssertProblemAsync(await tenant.GetAsync("/echo"), 503, "no_healthy_instance");
        tenant.App.Healthy = true;
        await tenant.ReadyAsync();
        Assert.Equal(HttpStatusCode.OK, (await tenant.GetAsync("/echo")).StatusCode);
    }

    [Fact]
    public async Task Answer_ThatDoesNotCome_Is504()
    {
        await using var host = await GatewayHost.StartAsync(options => options.ResponseHeadersTimeout = TimeSpan.FromMilliseconds(300));
        var tenant = await host.AddTenantAsync();

        await GatewayHost.AssertProblemAsync(await tenant.GetAsync("/hang"), 504, "upstream_timeout");
        await GatewayHost.AssertProblemAsync(await tenant.SendAsync(HttpMethod.Post, "/hang", new StringContent("x")), 504, "upstream_timeout");
    }

    [Fact]
    public async Task Stream_ThatIsIdle_IsNotCut()
    {
        await using var host = await GatewayHost.StartAsync(options => options.ResponseHeadersTimeout = TimeSpan.FromMilliseconds(300));
        var tenant = await host.AddTenantAsync();

        using var response = await tenant.GetAsync("/stream");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        Assert.Equal("data: first", await reader.ReadLineAsync(TestContext.Current.CancellationToken));
        await Task.Delay(TimeSpan.FromMilliseconds(900), TestContext.Current.CancellationToken); // three times the time-out that must not apply
        tenant.App.Release();

        Assert.Contains("data: last", await reader.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WebSocket_ThroughTheGateway_EchoesAndCloses()
    {
        await using var host = await GatewayHost.StartAsync(options => options.ResponseHeadersTimeout = TimeSpan.FromMilliseconds(300));
        var tenant = await host.AddTenantAsync();
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {tenant.Token}");
        var buffer = new byte[100];

        await socket.ConnectAsync(new Uri($"ws://{host.Url.Authority}/t/{tenant.Name}/ws"), TestContext.Current.CancellationToken);
        await Task.Delay(TimeSpan.FromMilliseconds(600), TestContext.Current.CancellationToken);
        await socket.SendAsync(Encoding.UTF8.GetBytes("hello"), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);
        var got = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, TestContext.Current.CancellationToken);

        Assert.Equal("hello", Encoding.UTF8.GetString(buffer, 0, got.Count));
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
    }

    [Fact]
    public async Task WebSocket_WithoutSignIn_IsRefused()
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync();
        using var socket = new ClientWebSocket();

        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(new Uri($"ws://{host.Url.Authority}/t/{tenant.Name}/ws"), TestContext.Current.CancellationToken));
        Assert.False(tenant.App.Deliveries.ContainsKey("GET /ws"));
    }

    [Fact]
    public async Task Upload_OfManyBytes_ArrivesWhole()
    {
        await using var host = await GatewayHost.StartAsync(options => options.ResponseHeadersTimeout = TimeSpan.FromSeconds(5));
        var tenant = await host.AddTenantAsync();

        using var response = await tenant.SendAsync(HttpMethod.Put, "/count", new StreamContent(new ZeroStream(64L << 20)));

        Assert.Equal((64L << 20).ToString(System.Globalization.CultureInfo.InvariantCulture), await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private sealed class ZeroStream(long length) : Stream
    {
        private long left = length;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = (int)Math.Min(left, count);
            left -= read;
            return read;
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
