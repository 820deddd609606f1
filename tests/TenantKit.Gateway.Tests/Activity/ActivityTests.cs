using TenantKit.Gateway.Tests.Support;
using TenantKit.Routing;

namespace TenantKit.Gateway.Tests.Activity;

public sealed class ActivityTests
{
    [Fact]
    public async Task Report_OfADownload_CountsItForItsWholeLife()
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync();

        using var response = await tenant.GetAsync("/stream");
        await Poll.UntilAsync(() => Last(host, tenant) is { InFlight: 1, Forwarding: 1 });
        host.Control.Reports.Clear();
        await Poll.UntilAsync(() => Last(host, tenant) is { InFlight: 1, Forwarding: 1, Requests: 0 });
        tenant.App.Release();
        await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        await Poll.UntilAsync(() => Last(host, tenant) is { InFlight: 0, Forwarding: 0 });
    }

    [Fact]
    public async Task Report_OfAWaitingRequest_KeepsAwakeButHoldsUpNoDrain()
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync(RouteState.Asleep);

        var waiting = tenant.GetAsync("/echo");
        await Poll.UntilAsync(() => Last(host, tenant) is { InFlight: 1, Forwarding: 0 });
        await tenant.BecomeAsync(RouteState.Active);

        await waiting;
    }

    [Fact]
    public async Task Report_WhenTheLastRequestOfADrainingTenantEnds_ComesAtOnce()
    {
        await using var host = await GatewayHost.StartAsync(options => options.ReportInterval = TimeSpan.FromSeconds(60));
        var tenant = await host.AddTenantAsync();
        using var response = await tenant.GetAsync("/stream");

        var route = await tenant.BecomeAsync(RouteState.Asleep);
        await Poll.UntilAsync(() => host.Control.Reports.Any(report => report.AppliedRevision >= route.Revision && report.Tenants.Any(entry => entry is { Forwarding: 1 })));
        tenant.App.Release();

        await Poll.UntilAsync(() => host.Control.Reports.Any(report => report.AppliedRevision >= route.Revision && report.Tenants.All(entry => entry.Forwarding == 0)));
        Assert.All(host.Control.Reports, report => Assert.True(report.IsFull));
    }

    [Fact]
    public async Task Report_ThatDidNotArrive_IsCountedInTheNext()
    {
        await using var host = await GatewayHost.StartAsync(options => options.ReportInterval = TimeSpan.FromMilliseconds(50));
        var tenant = await host.AddTenantAsync();
        (await tenant.GetAsync("/echo")).Dispose();
        await Poll.UntilAsync(() => host.Control.Reports.Any(report => report.Tenants.Any(entry => entry.Requests == 1)));
        host.Control.Reports.Clear();
        host.Control.Unavailable = true;
        for (var i = 0; i < 3; i++)
        {
            (await tenant.GetAsync("/echo")).Dispose();
            await Task.Delay(60, TestContext.Current.CancellationToken);
        }

        host.Control.Unavailable = false;

        await Poll.UntilAsync(() => host.Control.Reports.Sum(report => report.Tenants.Where(entry => entry.TenantId == tenant.Id).Sum(entry => entry.Requests)) == 3);
    }

    private static Control.TenantActivity? Last(GatewayHost host, TestTenant tenant) =>
        host.Control.Reports.LastOrDefault()?.Tenants.FirstOrDefault(entry => entry.TenantId == tenant.Id)
        ?? host.Control.Reports.LastOrDefault(report => report.Tenants.Any(entry => entry.TenantId == tenant.Id))?.Tenants.First(entry => entry.TenantId == tenant.Id);
}
