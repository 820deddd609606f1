using System.Net.Sockets;
using TenantKit.EndToEnd.Tests.Clients;
using TenantKit.EndToEnd.Tests.Hosting;

namespace TenantKit.EndToEnd.Tests;

/// <summary>The host with <c>TenantKit:Orchestrator</c> set to <c>Docker</c> or <c>DockerSwarm</c>: the sample's app in containers of a real engine.</summary>
public sealed class DockerHostTests
{
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData("Docker")]
    [InlineData("DockerSwarm")]
    public async Task FiveMinuteTour_InContainers_Succeeds(string orchestrator)
    {
        using var settings = new DockerSettings(orchestrator);
        await using var host = await HostProcess.StartAsync(settings.Host);
        await ReadmeTourTests.RunAsync(settings.Host);

        using var admin = await AdminClient.SignInAsync(settings.Host);
        using var tenant = await admin.CreateTenantAsync("registered");
        await Eventually.IsSoAsync("the instance registers from inside its container", Within, async () =>
            (await settings.LogsAsync(tenant.User.TenantId!)).Contains("is registered", StringComparison.Ordinal));
        await admin.StopAsync(tenant.User.Id);
        Assert.Empty(await settings.ContainersAsync());
        await tenant.WhoAmIAsync();
        (await admin.DeleteUserAsync(tenant.User.Id)).Dispose();
        Assert.Empty(await settings.ContainersAsync());
    }

    [Fact]
    public async Task Kill_WhileTenantsComeAndGo_LeavesNoContainerWithoutATenant()
    {
        using var settings = new DockerSettings("Docker");
        settings.Host.More["TenantKit:ResyncInterval"] = "00:00:03";
        var host = await HostProcess.StartAsync(settings.Host);
        try
        {
            using var admin = await AdminClient.SignInAsync(settings.Host);
            var kept = await admin.CreateTenantAsync("kept");
            var before = await kept.WhoAmIAsync();
            foreach (var round in (int[])[1, 2])
            {
                var doomed = await admin.CreateTenantAsync($"doomed-{round}");
                var work = Task.WhenAll(TryAsync(() => admin.CreateUserAsync($"new-{round}")), TryAsync(() => admin.DeleteUserAsync(doomed.User.Id)));
                await Task.Delay(300 * round, TestContext.Current.CancellationToken);
                await host.KillAsync();
                await work;
                host = await HostProcess.StartAsync(settings.Host);
                (await admin.DeleteUserAsync(doomed.User.Id)).Dispose();
            }

            await Eventually.IsSoAsync("containers are those of running tenants", Within, async () =>
            {
                var running = (await admin.ListStatusAsync()).Where(static status => status.Phase == "running").Select(static status => status.TenantId);
                return running.Order(StringComparer.Ordinal).SequenceEqual((await settings.ContainersAsync()).Order(StringComparer.Ordinal));
            });
            Assert.Equal(before.InstanceId, (await kept.WhoAmIAsync()).InstanceId);
        }
        finally
        {
            await host.DisposeAsync();
        }
    }

    private static async Task TryAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException)
        {
            // The host was killed under it.
        }
    }
}
