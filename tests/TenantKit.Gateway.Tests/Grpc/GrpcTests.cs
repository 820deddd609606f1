using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using TenantKit.Gateway.Tests.Support;
using TenantKit.Routing;
using TenantKit.Templates;

namespace TenantKit.Gateway.Tests.Grpc;

/// <summary>Calls of a real gRPC client through the gateway to a real gRPC service, over HTTP/2 without TLS on both sides.</summary>
public sealed class GrpcTests
{
    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ProbeKind.Http)]
    [InlineData(ProbeKind.Identity)]
    public async Task Unary_ToAnAppThatSpeaksHttp2_IsAnsweredWithTrailers(ProbeKind probe)
    {
        await using var host = await StartAsync();
        var tenant = await host.AddTenantAsync(protocol: AppProtocol.Http2, probe: probe);
        using var channel = Open(host);

        using var call = channel.CreateCallInvoker().AsyncUnaryCall(GrpcMethods.Unary, null, As(tenant.Token), "hello");

        Assert.Equal("hello", await call.ResponseAsync);
        Assert.Equal("all", call.GetTrailers().GetValue("after"));
        Assert.Null(call.GetTrailers().GetValue("x-tenantkit-identity"));
        Assert.False(string.IsNullOrEmpty(tenant.App.Grpc.Identity));
        Assert.Null((await call.ResponseHeadersAsync).GetValue("server"));
    }

    [Fact]
    public async Task Unary_ByHost_ReachesTheNamedTenant()
    {
        await using var host = await StartAsync();
        var tenant = await host.AddTenantAsync(protocol: AppProtocol.Http2);
        using var channel = GrpcChannel.ForAddress($"http://{tenant.Name}.localhost:{host.Http2Url!.Port}", new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler
            {
                ConnectCallback = async (_, token) =>
                {
                    var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
                    await socket.ConnectAsync(IPAddress.Loopback, host.Http2Url.Port, token);
                    return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
                },
            },
        });

        Assert.Equal("hello", await channel.CreateCallInvoker().AsyncUnaryCall(GrpcMethods.Unary, null, As(host.Tokens.Issue("admin", null, "administrator")), "hello"));
    }

    [Fact]
    public async Task Unary_RefusedByTheApp_HasTheAppsStatusAndTrailers()
    {
        await using var host = await StartAsync();
        var tenant = await host.AddTenantAsync(protocol: AppProtocol.Http2);
        using var channel = Open(host);

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await channel.CreateCallInvoker().AsyncUnaryCall(GrpcMethods.Unary, null, As(tenant.Token), "refuse"));

        Assert.Equal((StatusCode.FailedPrecondition, "not now, 100 %"), (refused.StatusCode, refused.Status.Detail));
        Assert.Equal("because", refused.Trailers.GetValue("reason"));
    }

    [Fact]
    public async Task Stream_WithoutALength_EndsAtTheLimitOfABody()
    {
        const int Limit = 64 << 10;
        await using var host = await StartAsync(options => options.MaxRequestBodyBytes = Limit);
        var tenant = await host.AddTenantAsync(protocol: AppProtocol.Http2);
        using var channel = Open(host);
        using var shorter = channel.CreateCallInvoker().AsyncClientStreamingCall(GrpcMethods.Up, null, As(tenant.Token));
        await shorter.RequestStream.WriteAsync(new string('x', Limit / 2), Ended);
        await shorter.RequestStream.CompleteAsync();
        Assert.Equal(Limit / 2, (await shorter.ResponseAsync).Length);

        using var longer = channel.CreateCallInvoker().AsyncClientStreamingCall(GrpcMethods.Up, null, As(tenant.Token));
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            for (var i = 0; i < 64; i++)
            {
                await longer.RequestStream.WriteAsync(new string('x', Limit / 4), Ended);
            }
        });
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await longer.ResponseAsync);

        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
    }

    [Fact]
    public async Task Streams_UpDownAndBoth_PassMessageByMessage()
    {
        await using var host = await StartAsync();
        var tenant = await host.AddTenantAsync(protocol: AppProtocol.Http2);
        using var channel = Open(host);
        var invoker = channel.CreateCallInvoker();

        using var down = invoker.AsyncServerStreamingCall(GrpcMethods.Down, null, As(tenant.Token), "go");
        Assert.Equal(["0", "1", "2"], await down.ResponseStream.ReadAllAsync(Ended).ToListAsync(Ended));

        using var up = invoker.AsyncClientStreamingCall(GrpcMethods.Up, null, As(tenant.Token));
        foreach (var part in (string[])["a", "b", "c"])
        {
            await up.RequestStream.WriteAsync(part, Ended);
        }

        await up.RequestStream.CompleteAsync();
        Assert.Equal("abc", await up.ResponseAsync);

        using var both = invoker.AsyncDuplexStreamingCall(GrpcMethods.Both, null, As(tenant.Token));
        for (var i = 0; i < 5; i++)
        {
            // The next message is sent only after the answer to this one: nothing may be kept back on the way.
            await both.RequestStream.WriteAsync($"message {i}", Ended);
            Assert.True(await both.ResponseStream.MoveNext(Ended));
            Assert.Equal($"message {i}", both.ResponseStream.Current);
        }

        await both.RequestStream.CompleteAsync();
        Assert.False(await both.ResponseStream.MoveNext(Ended));
        Assert.Equal(StatusCode.OK, both.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Stream_SilentForLongerThanAnAnswerMayTake_IsNotCut()
    {
        await using var host = await StartAsync(options => (options.ResponseHeadersTimeout, options.TotalTimeout) = (TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(300)));
        var tenant = await host.AddTenantAsync(protocol: AppProtocol.Http2);
        using var channel = Open(host);

        using var call = channel.CreateCallInvoker().AsyncServerStreamingCall(GrpcMethods.Down, null, As(tenant.Token), "silent");
        var first = call.ResponseStream.MoveNext(Ended);
        await tenant.App.Grpc.Started;
        Assert.False(await Task.WhenAny(first, Task.Delay(TimeSpan.FromSeconds(1), Ended)) == first);
        tenant.App.Grpc.Release();

        Assert.True(await first);
    }

    [Fact]
    public async Task Call_CancelledByTheClient_IsCancelledInTheApp()
    {
        await using var host = await StartAsync();
        var tenant = await host.AddTenantAsync(protocol: AppProtocol.Http2);
        using var channel = Open(host);
        using var leaving = new CancellationTokenSource();

        var call = channel.CreateCallInvoker().AsyncUnaryCall(GrpcMethods.Unary, null, As(tenant.Token).WithCancellationToken(leaving.Token), "hang");
        await tenant.App.Grpc.Started;
        await leaving.CancelAsync();

        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(async () => await call)).StatusCode);
        await tenant.App.Grpc.Cancelled;
    }

    [Fact]
    public async Task Stream_DroppedByTheClient_IsCancelledInTheApp()
    {
        await using var host = await StartAsync();
        var tenant = await host.AddTenantAsync(protocol: AppProtocol.Http2);
        using var channel = Open(host);

        var both = channel.CreateCallInvoker().AsyncDuplexStreamingCall(GrpcMethods.Both, null, As(tenant.Token));
        await both.RequestStream.WriteAsync("one", Ended);
        Assert.True(await both.ResponseStream.MoveNext(Ended));
        both.Dispose();

        await tenant.App.Grpc.Cancelled;
    }

    [Fact]
    public async Task Deadline_ThatPasses_EndsTheCallOnBothSides()
    {
        await using var host = await StartAsync();
        var tenant = await host.AddTenantAsync(protocol: AppProtocol.Http2);
        using var channel = Open(host);
        var deadline = DateTime.UtcNow.AddSeconds(1);

        var late = await Assert.ThrowsAsync<RpcException>(async () => await channel.CreateCallInvoker().AsyncUnaryCall(GrpcMethods.Unary, null, As(tenant.Token).WithDeadline(deadline), "hang"));

        Assert.Equal(StatusCode.DeadlineExceeded, late.StatusCode);
        await tenant.App.Grpc.Cancelled;
        Assert.InRange(tenant.App.Grpc.Deadline, deadline.AddSeconds(-1), deadline.AddSeconds(10));
    }

    [Fact]
    public async Task Call_ToATenantThatWakes_IsHeldAndAnswered()
    {
        await using var host = await StartAsync();
        var tenant = await host.AddTenantAsync(RouteState.Asleep, protocol: AppProtocol.Http2);
        using var channel = Open(host);

        var call = channel.CreateCallInvoker().AsyncUnaryCall(GrpcMethods.Unary, null, As(tenant.Token), "hello").ResponseAsync;
        await Poll.UntilAsync(() => !host.Control.Wakes.IsEmpty);
        await tenant.BecomeAsync(RouteState.Active);

        Assert.Equal("hello", await call);
    }

    [Fact]
    public async Task Refusals_OfTheGateway_AreStatusesOfGrpc()
    {
        await using var host = await StartAsync(options => (options.HoldTimeout, options.RequestRatePerTenant, options.RequestBurstPerTenant) = (TimeSpan.FromMilliseconds(100), 0.01, 1));
        var asleep = await host.AddTenantAsync(RouteState.Asleep, protocol: AppProtocol.Http2);
        var suspended = await host.AddTenantAsync(RouteState.Suspended, protocol: AppProtocol.Http2);
        var old = await host.AddTenantAsync();

        var starting = await RefusedAsync(host, asleep.Token);
        Assert.Equal(StatusCode.Unavailable, starting.StatusCode);
        Assert.StartsWith("tenant_starting: The tenant is starting.", starting.Status.Detail, StringComparison.Ordinal);
        Assert.InRange(int.Parse(starting.Trailers.GetValue("grpc-retry-pushback-ms")!, System.Globalization.CultureInfo.InvariantCulture), 5_000, 15_000);

        var tooMany = await RefusedAsync(host, asleep.Token);
        Assert.Equal((StatusCode.ResourceExhausted, "too_many_requests"), (tooMany.StatusCode, Code(tooMany)));
        Assert.Equal((StatusCode.PermissionDenied, "tenant_suspended"), Shape(await RefusedAsync(host, suspended.Token)));
        Assert.Equal((StatusCode.Unimplemented, "grpc_not_spoken"), Shape(await RefusedAsync(host, old.Token)));
        Assert.Equal((StatusCode.NotFound, "tenant_not_found"), Shape(await RefusedAsync(host, host.Tokens.Issue("u", "01tenantnobody"))));
        Assert.Equal((StatusCode.Unauthenticated, "invalid_token"), Shape(await RefusedAsync(host, "nonsense")));
    }

    [Fact]
    public async Task App_ThatIsGone_IsUnavailable()
    {
        await using var host = await StartAsync(options => options.HoldTimeout = TimeSpan.FromMilliseconds(200));
        var tenant = await host.AddTenantAsync(protocol: AppProtocol.Http2);
        await tenant.App.DisposeAsync();

        Assert.Equal(StatusCode.Unavailable, (await RefusedAsync(host, tenant.Token)).StatusCode);
    }

    [Fact]
    public async Task OrdinaryRequests_ReachAnAppThatSpeaksHttp2()
    {
        await using var host = await StartAsync();
        var tenant = await host.AddTenantAsync(protocol: AppProtocol.Http2);

        var echo = await GatewayHost.EchoAsync(await tenant.GetAsync("/echo?x=1"));
        using var counted = await tenant.SendAsync(HttpMethod.Post, "/count", new ByteArrayContent(new byte[300_000]));

        Assert.Equal("/echo?x=1", echo.Target);
        Assert.Equal("300000", await counted.Content.ReadAsStringAsync(Ended));
    }

    private static Task<GatewayHost> StartAsync(Action<TenantGatewayOptions>? configure = null) => GatewayHost.StartAsync(options =>
    {
        options.Http2Url = "http://127.0.0.1:0";
        configure?.Invoke(options);
    });

    private static GrpcChannel Open(GatewayHost host) => GrpcChannel.ForAddress(host.Http2Url!);

    private static CallOptions As(string token) => new(new Metadata { { "Authorization", $"Bearer {token}" } }, cancellationToken: Ended);

    private static async Task<RpcException> RefusedAsync(GatewayHost host, string token)
    {
        using var channel = Open(host);
        return await Assert.ThrowsAsync<RpcException>(async () => await channel.CreateCallInvoker().AsyncUnaryCall(GrpcMethods.Unary, null, As(token), "hello"));
    }

    private static (StatusCode Status, string Code) Shape(RpcException refused) => (refused.StatusCode, Code(refused));

    private static string Code(RpcException refused) => refused.Status.Detail.Split(':')[0];
}
