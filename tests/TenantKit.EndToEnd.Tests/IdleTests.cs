using System.Net;
using System.Net.WebSockets;
using System.Text;
using TenantKit.EndToEnd.Tests.Hosting;

namespace TenantKit.EndToEnd.Tests;

/// <summary>Two seconds without use put these tenants to sleep; what goes on keeps them awake.</summary>
public sealed class IdleTests(SharedHost shared)
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Tenant_UnusedForItsTimeout_SleepsWithoutAnyProcess()
    {
        using var tenant = await shared.Admin.CreateTenantAsync("idle", SharedHost.NappingTemplate);

        var status = await shared.Admin.WaitForPhaseAsync(tenant.User.Id, "sleeping", Within);

        Assert.Equal("sleeping", status.Desired);
        Assert.Empty(tenant.Processes());
    }

    [Fact]
    public async Task Tenant_WithAnOpenWebSocket_StaysAwakeUntilItCloses()
    {
        using var tenant = await shared.Admin.CreateTenantAsync("chatting", SharedHost.NappingTemplate);
        using var socket = await tenant.OpenEchoAsync();

        await WaitForAnotherToSleepTwiceAsync("chat-clock");

        await socket.SendAsync("still here"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, TestContext.Current.CancellationToken);
        var buffer = new byte[64];
        var echo = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
        Assert.Equal("still here", Encoding.UTF8.GetString(buffer, 0, echo.Count));
        Assert.Equal("running", (await shared.Admin.FindStatusAsync(tenant.User.Id))?.Phase);

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, TestContext.Current.CancellationToken);
        await shared.Admin.WaitForPhaseAsync(tenant.User.Id, "sleeping", Within);
    }

    [Fact]
    public async Task Tenant_WithARunningDownload_StaysAwakeUntilItEnds()
    {
        const long Size = 64L << 20;
        using var tenant = await shared.Admin.CreateTenantAsync("loading", SharedHost.NappingTemplate);
        using var answer = await tenant.SendAsync(HttpMethod.Get, $"/api/bytes?count={Size}");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await using var body = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var buffer = new byte[64 << 10];
        var bytes = (long)await body.ReadAtLeastAsync(buffer, 1, cancellationToken: TestContext.Current.CancellationToken);

        await WaitForAnotherToSleepTwiceAsync("load-clock"); // nothing is read meanwhile: the download stands still, but it is there

        Assert.Equal("running", (await shared.Admin.FindStatusAsync(tenant.User.Id))?.Phase);
        for (int read; (read = await body.ReadAsync(buffer, TestContext.Current.CancellationToken)) > 0;)
        {
            bytes += read;
        }

        Assert.Equal(Size, bytes);
        await shared.Admin.WaitForPhaseAsync(tenant.User.Id, "sleeping", Within);
    }

    /// <summary>Another tenant of the same template is the clock: what makes it sleep would have made the tested one sleep.</summary>
    private async Task WaitForAnotherToSleepTwiceAsync(string name)
    {
        using var clock = await shared.Admin.CreateTenantAsync(name, SharedHost.NappingTemplate);
        await shared.Admin.WaitForPhaseAsync(clock.User.Id, "sleeping", Within);
        await clock.WhoAmIAsync();
        await shared.Admin.WaitForPhaseAsync(clock.User.Id, "sleeping", Within);
    }
}
