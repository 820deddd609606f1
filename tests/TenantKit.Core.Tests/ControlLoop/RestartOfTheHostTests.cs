using Microsoft.Extensions.DependencyInjection;
using TenantKit.Tenants;

namespace TenantKit.Core.Tests.ControlLoop;

public sealed class RestartOfTheHostTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Host_StoppedAtAnyMoment_ConvergesAfterItsRestart()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var first = await ControlPlaneHarness.StartAsync();
        var (store, orchestrator, time) = (first.Store, first.Orchestrator, first.Time);
        List<Tenant> kept = [];
        List<Tenant> deleted = [];
        var plane = first;
        for (var round = 0; round < 10; round++)
        {
            var tenant = await plane.CreateAsync("tenant-" + round);
            if (random.Next(2) == 0)
            {
                await plane.UntilPhaseAsync(tenant.Id, TenantPhase.Running);
                await (random.Next(3) switch
                {
                    0 => plane.Manager.StopAsync(tenant.Id, ControlPlaneHarness.Admin, Token),
                    1 => plane.Manager.RestartAsync(tenant.Id, ControlPlaneHarness.Admin, Token),
                    _ => plane.Manager.DeleteAsync(tenant.Id, ControlPlaneHarness.Admin, Token),
                });
            }

            for (var turns = random.Next(12); turns > 0; turns--)
            {
                time.Advance(TimeSpan.FromMilliseconds(10));
                await Task.Yield();
            }

            await plane.DisposeAsync();
            plane = await ControlPlaneHarness.StartAsync(store: store, orchestrator: orchestrator, time: time);
            var wanted = (await plane.StateAsync(tenant.Id)).Tenant.Desired;
            (wanted == DesiredState.Deleted ? deleted : kept).Add(tenant);
        }

        foreach (var tenant in kept)
        {
            var state = await plane.UntilAsync(tenant.Id, current => current.Status.Phase is TenantPhase.Running or TenantPhase.Sleeping && current.Status.ObservedGeneration == current.Tenant.Generation);
            var unit = await orchestrator.ObserveAsync(new(tenant.Id, tenant.UnitName), Token);
            Assert.Equal(state.Status.Phase == TenantPhase.Running, unit!.HasCompute);
        }

        foreach (var tenant in deleted)
        {
            await plane.UntilPhaseAsync(tenant.Id, TenantPhase.Deleted);
            Assert.Null(await orchestrator.ObserveAsync(new(tenant.Id, tenant.UnitName), Token));
        }

        await plane.DisposeAsync();
    }

    [Fact]
    public async Task Sweep_UnitWithoutATenant_IsEndedAfterASecondLook()
    {
        await using var plane = await ControlPlaneHarness.StartAsync(options => options.ResyncInterval = TimeSpan.FromSeconds(5));
        await plane.Orchestrator.EnsureAsync(
            new TenantKit.Orchestration.UnitSpec
            {
                Unit = new("stray-1", "user-stray"), TenantName = "stray", Generation = 1, RestartEpoch = 0, Replicas = 1, Image = "app:1",
                Resources = ResourceLimits.Default,
            },
            Token);

        await plane.UntilAsync(async () => (await plane.Orchestrator.ObserveAsync(new("stray-1", "user-stray"), Token))?.HasCompute != true);

        Assert.True((await plane.Orchestrator.ObserveAsync(new("stray-1", "user-stray"), Token))!.HasData);
    }
}
