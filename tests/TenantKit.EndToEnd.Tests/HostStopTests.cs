using TenantKit.EndToEnd.Tests.Clients;
using TenantKit.EndToEnd.Tests.Hosting;

namespace TenantKit.EndToEnd.Tests;

/// <summary>A host that is asked to stop takes its tenants' processes along, and brings them back when it starts again.</summary>
public sealed class HostStopTests
{
    [Fact]
    public async Task Stop_ByTheUsualSignal_LeavesNoProcessAndLosesNoOrder()
    {
        using var settings = new HostSettings();
        await using var host = await HostProcess.StartAsync(settings);
        using var admin = await AdminClient.SignInAsync(settings);
        using var awake = await admin.CreateTenantAsync("awake");
        using var asleep = await admin.CreateTenantAsync("asleep");
        var order = await awake.PlaceOrderAsync("over the stop");
        await admin.StopAsync(asleep.User.Id);

        var code = await host.StopAsync();

        Assert.Equal(0, code);
        Assert.Empty(TenantProcesses.Of(settings.DataDirectory));
        await using var next = await HostProcess.StartAsync(settings);
        Assert.Contains(await awake.ListOrdersAsync(), known => known.Id == order.Id);
        Assert.Equal("sleeping", (await admin.FindStatusAsync(asleep.User.Id))?.Phase);
        Assert.Empty(asleep.Processes());
    }

    [Fact]
    public async Task Kill_ThenStart_AdoptsTheRunningApps()
    {
        using var settings = new HostSettings();
        await using var host = await HostProcess.StartAsync(settings);
        using var admin = await AdminClient.SignInAsync(settings);
        using var tenant = await admin.CreateTenantAsync("survivor");
        var before = await tenant.WhoAmIAsync();

        await host.KillAsync();
        Assert.Equal(before.ProcessId, Assert.Single(TenantProcesses.Of(settings.DataDirectory)));
        await using var next = await HostProcess.StartAsync(settings);

        Assert.Equal(before, await tenant.WhoAmIAsync());
    }
}
