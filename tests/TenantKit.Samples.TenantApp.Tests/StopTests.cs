using System.Net;
using System.Net.WebSockets;
using System.Text;

namespace TenantKit.Samples.TenantApp.Tests;

public sealed class StopTests
{
    [Fact]
    public async Task Stop_BySignal_FinishesRequestsEndsStreamsAndClosesWebSocketsWith1001()
    {
        using var folder = new TemporaryFolder();
        await using var keys = await KeyServer.StartAsync();
        await using var app = await AppProcess.StartAsync(folder.Path, keys);
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("X-TenantKit-Identity", app.Token);
        await socket.ConnectAsync(new Uri($"ws://{app.Client.BaseAddress!.Authority}/ws/echo"), TestContext.Current.CancellationToken);
        await socket.SendAsync(Encoding.UTF8.GetBytes("hello"), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);
        var buffer = new byte[100];
        var echo = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
        Assert.Equal("hello", Encoding.UTF8.GetString(buffer, 0, echo.Count));
        using var stream = await app.Client.GetAsync("/api/stream?seconds=3600", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        var gate = new TaskCompletionSource();
        var upload = app.Client.PostAsync("/api/count-bytes", new GatedContent(gate.Task), TestContext.Current.CancellationToken);

        app.Terminate();
        var close = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
        gate.SetResult();
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, TestContext.Current.CancellationToken);
        using var answer = await upload;
        await stream.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal((WebSocketMessageType.Close, WebSocketCloseStatus.EndpointUnavailable), (close.MessageType, socket.CloseStatus));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(0, await app.WaitForExitAsync());
    }
}
