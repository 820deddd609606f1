using TenantKit.Control;
using TenantKit.Operations;
using TenantKit.Storage;
using TenantKit.Tenants;

namespace TenantKit.Core.Tests.ControlLoop;

public sealed class IdleTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Idle_ForItsTimeout_Sleeps()
    {
        await using var plane = await ControlPlaneHarness.StartAsync(options => options.IdleTimeout = TimeSpan.FromSeconds(10));
        var state = await plane.CreateRunningAsync("acme");
        var began = plane.Time.GetUtcNow();

        var asleep = await plane.UntilPhaseAsync(state.Tenant.Id, TenantPhase.Sleeping);

        Assert.Equal(StatusReasons.Idle, asleep.Status.Reason);
        Assert.True(plane.Time.GetUtcNow() - began >= TimeSpan.FromSeconds(9.5));
    }

    [Fact]
    public async Task Idle_WithAnOpenStream_StaysAwakeUntilItEnds()
    {
        await using var plane = await ControlPlaneHarness.StartAsync(options => options.IdleTimeout = TimeSpan.FromSeconds(5));
        var state = await plane.CreateRunningAsync("acme");
        var id = state.Tenant.Id;
        var until = plane.Time.GetUtcNow() + TimeSpan.FromSeconds(30);

        await plane.UntilAsync(async () =>
        {
            await plane.ReportAsync(long.MaxValue, new TenantActivity(id, state.Tenant.CreatedAt, 1, 1, 0));
            Assert.Equal(TenantPhase.Running, (await plane.StateAsync(id)).Status.Phase);
            return plane.Time.GetUtcNow() > until;
        });

        await plane.ReportAsync(long.MaxValue, new TenantActivity(id, plane.Time.GetUtcNow(), 0, 0, 0));
        await plane.UntilPhaseAsync(id, TenantPhase.Sleeping);
    }

    [Fact]
    public async Task Idle_StreamBeganInTheLastMoment_TakesTheSleepBack()
    {
        await using var plane = await ControlPlaneHarness.StartAsync(options =>
        {
            options.IdleTimeout = TimeSpan.FromSeconds(5);
            options.DrainTimeout = TimeSpan.FromSeconds(2);
        });
        var before = await plane.CreateRunningAsync("acme");
        var id = before.Tenant.Id;
        await plane.UntilAsync(async () => (await plane.StateAsync(id)).Tenant.Desired == DesiredState.Sleeping || await Busy());

        var after = await plane.UntilAsync(id, state =>
        {
            Busy().GetAwaiter().GetResult();
            return state is { Tenant: { Desired: DesiredState.Running, Generation: > 2 }, Status.Phase: TenantPhase.Running };
        });

        Assert.Equal(Assert.Single(before.Instances).Id, Assert.Single(after.Instances).Id);

        // Forwarding without being counted as in flight: the stream that the idle decision could not know of.
        async Task<bool> Busy()
        {
            await plane.ReportAsync(long.MaxValue, new TenantActivity(id, before.Tenant.CreatedAt, 0, 1, 0));
            return false;
        }
    }

    [Fact]
    public async Task Wake_DuringTheDrainOfASleep_CancelsItWithoutAStop()
    {
        await using var plane = await ControlPlaneHarness.StartAsync();
        var before = await plane.CreateRunningAsync("acme");
        var id = before.Tenant.Id;
        await plane.ReportAsync(0, new TenantActivity(id, plane.Time.GetUtcNow(), 1, 1, 1));
        await plane.Manager.StopAsync(id, ControlPlaneHarness.Admin, Token);
        await plane.UntilAsync(id, state => state.Status.Reason == StatusReasons.Draining);

        await plane.Control.WakeAsync(new WakeRequest(id, "user-1", "gateway-1"), Token);

        var after = await plane.UntilPhaseAsync(id, TenantPhase.Running);
        Assert.Equal(Assert.Single(before.Instances).Id, Assert.Single(after.Instances).Id);
        var operations = (await plane.Store.ListOperationsAsync(id, new PageRequest(10), Token)).Items;
        Assert.Equal(OperationState.Superseded, operations.Single(operation => operation.Kind == OperationKinds.Stop).State);
    }
}
