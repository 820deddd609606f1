using System.Net;
using TenantKit.EndToEnd.Tests.Hosting;

namespace TenantKit.EndToEnd.Tests;

/// <summary>A sleeping tenant costs no process, and wakes for the request that needs it.</summary>
public sealed class SleepAndWakeTests(SharedHost shared)
{
    [Fact]
    public async Task Request_ToASleepingTenant_WakesItAndIsAnsweredByIt()
    {
        using var tenant = await shared.Admin.CreateTenantAsync("sleeper");
        var order = await tenant.PlaceOrderAsync("before the sleep");
        await shared.Admin.StopAsync(tenant.User.Id);
        Assert.Empty(tenant.Processes());

        var orders = await tenant.ListOrdersAsync();

        Assert.Contains(orders, known => known.Id == order.Id);
        Assert.Equal("running", (await shared.Admin.FindStatusAsync(tenant.User.Id))?.Phase);
    }

    [Fact]
    public async Task Requests_FiftyAtOnceToASleepingTenant_StartItOnceAndAllAreAnswered()
    {
        using var tenant = await shared.Admin.CreateTenantAsync("crowded");
        await shared.Admin.StopAsync(tenant.User.Id);

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => tenant.WhoAmIAsync()));

        Assert.Single(answers.Select(answer => answer.ProcessId).Distinct());
        Assert.Single(answers.Select(answer => answer.InstanceId).Distinct());
        Assert.Single(tenant.Processes());
        var rows = await shared.Admin.ListAuditAsync($"tenant/{tenant.User.TenantId}");
        Assert.Single(rows, row => row.Action == "tenant.wake");
    }

    [Fact]
    public async Task Request_WithoutSignIn_DoesNotWake()
    {
        using var tenant = await shared.Admin.CreateTenantAsync("undisturbed");
        await shared.Admin.StopAsync(tenant.User.Id);
        using var stranger = new HttpClient { BaseAddress = new Uri(shared.Host.Settings.GatewayUrl) };

        using var answer = await stranger.GetAsync($"/t/{tenant.Name}/api/whoami", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("sleeping", (await shared.Admin.FindStatusAsync(tenant.User.Id))?.Phase);
        Assert.Empty(tenant.Processes());
    }
}
