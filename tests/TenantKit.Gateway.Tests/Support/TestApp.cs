using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TenantKit.Control;
using TenantKit.Gateway.Tests.Grpc;
using TenantKit.Routing;
using TenantKit.Templates;
using TenantKit.Tenants;

namespace TenantKit.Gateway.Tests.Support;

/// <summary>A tenant's app: a real server on a free port, which tells what it got.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int cutOff;

    private TestApp(string instanceId, string tenantId, WebApplication app)
    {
        InstanceId = instanceId;
        TenantId = tenantId;
        this.app = app;
    }

    public string InstanceId { get; private set; }

    public string TenantId { get; }

    public byte[] Key { get; } = RandomNumberGenerator.GetBytes(32);

    public int Port { get; private set; }

    public AppProtocol Protocol { get; private init; }

    /// <summary>What its gRPC service saw.</summary>
    public GrpcCalls Grpc { get; } = new();

    public bool Healthy { get; set; } = true;

    /// <summary>What it does with every request but probes: <c>abort</c> reads it and hangs up, <c>hang</c> never answers (<c>freeze</c> no probe either), a number is a status; null answers.</summary>
    public string? Fault { get; set; }

    public ConcurrentQueue<string> Bodies { get; } = new();

    public ConcurrentDictionary<string, int> Deliveries { get; } = new();

    public ConcurrentQueue<string> Seen { get; } = new();

    public RouteInstance Instance => new(InstanceId, $"127.0.0.1:{Port}", false, InstanceClaim.Ready, Key, null) { Protocol = Protocol };

    public void Release() => released.TrySetResult();

    public static async Task<TestApp> StartAsync(string instanceId, string tenantId = "t", int port = 0, AppProtocol protocol = AppProtocol.Http1)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel =>
        {
            kestrel.Listen(System.Net.IPAddress.Loopback, port, listen => listen.Protocols = protocol == AppProtocol.Http2 ? HttpProtocols.Http2 : HttpProtocols.Http1);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        builder.Services.AddGrpc();
        TestApp? test = null;
        builder.Services.AddSingleton(_ => test!.Grpc);
        var app = builder.Build();
        test = new TestApp(instanceId, tenantId, app) { Protocol = protocol };
        app.UseRouting();
        app.UseWebSockets();
        app.MapGrpcService<GrpcApp>();
        app.Run(http => http.GetEndpoint()?.RequestDelegate is { } endpoint ? endpoint(http) : test.HandleAsync(http));
        await app.StartAsync();
        test.Port = new Uri(app.Urls.First()).Port;
        return test;
    }

    public async ValueTask DisposeAsync()
    {
        Release();
        Grpc.Release();
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        Deliveries.AddOrUpdate($"{http.Request.Method} {path}", 1, static (_, count) => count + 1);
        if (Fault is { } fault && (fault == "freeze" || path is not "/healthz/ready" and not WireProtocol.IdentityProofPath))
        {
            await FailAsync(http, fault);
            return;
        }

        switch (path)
        {
            case "/healthz/ready":
                http.Response.StatusCode = Healthy ? 200 : 503;
                break;
            case WireProtocol.IdentityProofPath:
                await ProveAsync(http);
                break;
            case "/abort":
                http.Abort();
                break;
            case "/hang":
                await released.Task.WaitAsync(http.RequestAborted);
                await http.Response.WriteAsync("late");
                break;
            case "/stream":
                await StreamAsync(http);
                break;
            case "/ws":
                await EchoSocketAsync(http);
                break;
            case "/bytes":
                await SendBytesAsync(http);
                break;
            case "/count":
                await CountAsync(http);
                break;
            case "/return":
                await http.Request.Body.CopyToAsync(http.Response.Body, http.RequestAborted);
                break;
            case "/plant":
                http.Response.Headers.SetCookie = new[] { "tk-affinity=planted", "tk%2Daffinity=planted; Path=/" };
                break;
            case "/body":
                Bodies.Enqueue(await new StreamReader(http.Request.Body).ReadToEndAsync(http.RequestAborted));
                break;
            case "/leaky":
                Leak(http);
                break;
            default:
                await EchoAsync(http);
                break;
        }
    }

    private async Task FailAsync(HttpContext http, string fault)
    {
        Bodies.Enqueue(await new StreamReader(http.Request.Body).ReadToEndAsync(http.RequestAborted));
        switch (fault)
        {
            case "abort":
                http.Abort();
                break;
            case "hang" or "freeze":
                await released.Task.WaitAsync(http.RequestAborted);
                break;
            default:
                http.Response.StatusCode = int.Parse(fault, System.Globalization.CultureInfo.InvariantCulture);
                break;
        }
    }

    private async Task EchoAsync(HttpContext http)
    {
        Seen.Enqueue(http.Request.Path);
        await http.Response.WriteAsJsonAsync(new AppEcho(
            InstanceId,
            http.Request.Method,
            http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToArray()!, StringComparer.OrdinalIgnoreCase)!));
    }

    private async Task ProveAsync(HttpContext http)
    {
        var proof = HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes($"tenantkit-probe\0{http.Request.Query["nonce"]}\0{TenantId}\0{InstanceId}"));
        await http.Response.WriteAsync(JsonSerializer.Serialize(new { tenantId = TenantId, instanceId = InstanceId, proof = Convert.ToHexStringLower(proof) }));
    }

    private async Task StreamAsync(HttpContext http)
    {
        http.Response.ContentType = "text/event-stream";
        await http.Response.WriteAsync("data: first\n\n");
        await http.Response.Body.FlushAsync();
        await released.Task.WaitAsync(http.RequestAborted);
        await http.Response.WriteAsync("data: last\n\n");
    }

    private static async Task EchoSocketAsync(HttpContext http)
    {
        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[4096];
        while (true)
        {
            var got = await socket.ReceiveAsync(buffer, http.RequestAborted);
            if (got.MessageType == System.Net.WebSockets.WebSocketMessageType.Close)
            {
                await socket.CloseAsync(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure, null, http.RequestAborted);
                return;
            }

            await socket.SendAsync(buffer.AsMemory(0, got.Count), got.MessageType, got.EndOfMessage, http.RequestAborted);
        }
    }

    /// <summary>Streams that ended because the other side went away.</summary>
    public int CutOff => Volatile.Read(ref cutOff);

    private async Task SendBytesAsync(HttpContext http)
    {
        using var noticed = http.RequestAborted.Register(() => Interlocked.Increment(ref cutOff));
        var buffer = new byte[65536];
        var left = long.Parse(http.Request.Query["count"]!, System.Globalization.CultureInfo.InvariantCulture);
        for (; left > 0 && !http.RequestAborted.IsCancellationRequested; left -= buffer.Length)
        {
            await http.Response.Body.WriteAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)));
        }
    }

    private async Task CountAsync(HttpContext http)
    {
        var buffer = new byte[65536];
        long total = 0;
        try
        {
            int read;
            while ((read = await http.Request.Body.ReadAsync(buffer)) > 0)
            {
                total += read;
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            Interlocked.Increment(ref cutOff);
            return;
        }

        await http.Response.WriteAsync(total.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    private static void Leak(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.Server = "secret/1.0";
        headers["X-Powered-By"] = "secret";
        headers["X-AspNet-Version"] = "1";
        headers["X-TenantKit-Identity"] = "forged";
        headers.Via = "1.1 inside";
        headers.WWWAuthenticate = "Negotiate";
        headers.Location = "http://10.1.2.3:8080/next?x=1";
        headers.SetCookie = new[] { "mine=1; Path=/", "tk-session=planted; Path=/", "tk%2Dsession=planted", "__Host-tk-session=planted; Path=/; Secure", "__%48ost-tk=planted", "wide=1; Domain=example.com", "wide2=1; domain = example.com" };
        http.Response.StatusCode = 302;
    }
}
