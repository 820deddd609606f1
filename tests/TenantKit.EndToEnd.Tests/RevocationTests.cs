using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using TenantKit.EndToEnd.Tests.Clients;
using TenantKit.EndToEnd.Tests.Hosting;

namespace TenantKit.EndToEnd.Tests;

/// <summary>From the administrator's answer on, nobody who was locked out is left inside for longer than a second.</summary>
public sealed class RevocationTests(SharedHost shared)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task User_ThatIsDisabled_LosesItsWebSocketWithinASecond()
    {
        using var tenant = await shared.Admin.CreateTenantAsync("locked-out");
        using var socket = await tenant.OpenEchoAsync();
        var ended = socket.ReceiveAsync(new byte[64], Cancelled);

        using var answer = await shared.Admin.SendAsync(HttpMethod.Put, $"/api/admin/users/{tenant.User.Id}", new { disabled = true }, wait: 0);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await AssertEndsAsync(ended);
        using var refused = await tenant.SendAsync(HttpMethod.Get, "/api/whoami");
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task Tenant_ThatIsSuspended_LosesItsWebSocketsWithinASecond()
    {
        using var tenant = await shared.Admin.CreateTenantAsync("suspended-live");
        using var socket = await tenant.OpenEchoAsync();
        var ended = socket.ReceiveAsync(new byte[64], Cancelled);

        using var answer = await shared.Admin.SendAsync(HttpMethod.Post, $"/api/admin/tenants/{tenant.User.TenantId}/suspend", null, wait: 0);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        await AssertEndsAsync(ended);
        using var refused = await tenant.SendAsync(HttpMethod.Get, "/api/whoami");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    private static async Task AssertEndsAsync(Task ended)
    {
        var since = Stopwatch.GetTimestamp();
        await Assert.ThrowsAnyAsync<WebSocketException>(() => ended);
        Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(1), $"took {Stopwatch.GetElapsedTime(since)}");
    }
}
