using TenantKit.Control;
using TenantKit.Operations;
using TenantKit.Routing;
using TenantKit.Storage;
using TenantKit.Tenants;

namespace TenantKit.Core.Tests.ControlLoop;

public sealed class LifecycleTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Create_NewTenant_RunsWithItsEnvironmentAndEndsItsOperation()
    {
        await using var plane = await ControlPlaneHarness.StartAsync();

        var state = await plane.CreateRunningAsync("acme");

        var instance = Assert.Single(state.Instances);
        Assert.Equal(InstanceState.Ready, instance.State);
        Assert.Equal([LedgerKind.Compute, LedgerKind.Data], state.Ledger.Select(entry => entry.Kind).Order());
        Assert.Empty(state.OpenOperations);
        var operations = await plane.Store.ListOperationsAsync(state.Tenant.Id, new PageRequest(10), Token);
        var create = Assert.Single(operations.Items);
        Assert.Equal(OperationState.Succeeded, create.State);
        Assert.Contains(create.Steps, step => step.Name == "start_unit" && step.State == OperationState.Succeeded);
        Assert.Equal("user-owner-of-acme", (await plane.Orchestrator.ObserveAsync(new(state.Tenant.Id, state.Tenant.UnitName), Token))!.Unit.Name);
    }

    [Fact]
    public async Task Stop_RunningTenant_EndsComputeAndKeepsData()
    {
        await using var plane = await ControlPlaneHarness.StartAsync();
        var state = await plane.CreateRunningAsync("acme");

        var operation = await plane.Manager.StopAsync(state.Tenant.Id, ControlPlaneHarness.Admin, Token);

        Assert.Equal(OperationState.Succeeded, (await plane.EndedAsync(operation.Id)).State);
        state = await plane.StateAsync(state.Tenant.Id);
        Assert.Equal(TenantPhase.Sleeping, state.Status.Phase);
        Assert.Empty(state.Instances);
        Assert.Equal([LedgerKind.Data], state.Ledger.Select(entry => entry.Kind));
        var unit = await plane.Orchestrator.ObserveAsync(new(state.Tenant.Id, state.Tenant.UnitName), Token);
        Assert.False(unit!.HasCompute);
        Assert.True(unit.HasData);
    }

    [Fact]
    public async Task Stop_WithRequestsAtAGateway_WaitsUntilTheyEnded()
    {
        await using var plane = await ControlPlaneHarness.StartAsync();
        var state = await plane.CreateRunningAsync("acme");
        var id = state.Tenant.Id;
        await plane.ReportAsync(state.Tenant.Revision, new TenantActivity(id, plane.Time.GetUtcNow(), 1, 1, 1));

        var operation = await plane.Manager.StopAsync(id, ControlPlaneHarness.Admin, Token);
        await plane.UntilAsync(id, current => current.Status is { Phase: TenantPhase.Stopping, Reason: StatusReasons.Draining });
        var withdrawn = await plane.StateAsync(id);
        await plane.ReportAsync(withdrawn.Tenant.Revision, new TenantActivity(id, plane.Time.GetUtcNow(), 1, 1, 0));
        Assert.True((await plane.Orchestrator.ObserveAsync(new(id, withdrawn.Tenant.UnitName), Token))!.HasCompute);

        await plane.ReportAsync(withdrawn.Tenant.Revision, new TenantActivity(id, plane.Time.GetUtcNow(), 0, 0, 0));

        Assert.Equal(OperationState.Succeeded, (await plane.EndedAsync(operation.Id)).State);
    }

    [Fact]
    public async Task Wake_SleepingTenant_RunsAgainAndIsAcknowledgedOnce()
    {
        await using var plane = await ControlPlaneHarness.StartAsync();
        var state = await plane.CreateRunningAsync("acme");
        await plane.EndedAsync((await plane.Manager.StopAsync(state.Tenant.Id, ControlPlaneHarness.Admin, Token)).Id);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => plane.Control.WakeAsync(new WakeRequest(state.Tenant.Id, "user-1", "gateway-1"), Token)));

        Assert.All(answers, answer => Assert.Equal(WakeOutcome.Accepted, answer.Outcome));
        state = await plane.UntilPhaseAsync(state.Tenant.Id, TenantPhase.Running);
        Assert.Equal(3, state.Tenant.Generation);
        var wakes = (await plane.Store.ListOperationsAsync(state.Tenant.Id, new PageRequest(50), Token)).Items.Where(item => item.Kind == OperationKinds.Wake);
        Assert.Single(wakes);
    }

    [Fact]
    public async Task Restart_RunningTenant_ReplacesItsInstance()
    {
        await using var plane = await ControlPlaneHarness.StartAsync();
        var before = await plane.CreateRunningAsync("acme");

        var operation = await plane.Manager.RestartAsync(before.Tenant.Id, ControlPlaneHarness.Admin, Token);

        Assert.Equal(OperationState.Succeeded, (await plane.EndedAsync(operation.Id)).State);
        var after = await plane.StateAsync(before.Tenant.Id);
        Assert.NotEqual(Assert.Single(before.Instances).Id, Assert.Single(after.Instances).Id);
        Assert.Equal(TenantPhase.Running, after.Status.Phase);
        Assert.Equal(0, after.Status.ConsecutiveFailures);
    }

    [Fact]
    public async Task Resize_Replicas_RunsThatMany()
    {
        await using var plane = await ControlPlaneHarness.StartAsync();
        var state = await plane.CreateRunningAsync("acme");

        await plane.EndedAsync((await plane.Manager.ResizeAsync(state.Tenant.Id, new() { Replicas = 3 }, null, ControlPlaneHarness.Admin, Token)).Id);
        Assert.Equal(3, (await plane.StateAsync(state.Tenant.Id)).Instances.Count);

        await plane.EndedAsync((await plane.Manager.ResizeAsync(state.Tenant.Id, new() { Replicas = 1 }, null, ControlPlaneHarness.Admin, Token)).Id);
        Assert.Single((await plane.UntilAsync(state.Tenant.Id, current => current.Instances.Count == 1)).Instances);
    }

    [Fact]
    public async Task Suspend_ThenResume_StopsAndRunsAgain()
    {
        await using var plane = await ControlPlaneHarness.StartAsync();
        var id = (await plane.CreateRunningAsync("acme")).Tenant.Id;

        await plane.EndedAsync((await plane.Manager.SuspendAsync(id, ControlPlaneHarness.Admin, Token)).Id);
        Assert.Equal(TenantPhase.Suspended, (await plane.StateAsync(id)).Status.Phase);
        Assert.Equal(WakeOutcome.Suspended, (await plane.Control.WakeAsync(new WakeRequest(id, "user-1", "gateway-1"), Token)).Outcome);

        await plane.EndedAsync((await plane.Manager.ResumeAsync(id, ControlPlaneHarness.Admin, Token)).Id);
        Assert.Equal(TenantPhase.Running, (await plane.StateAsync(id)).Status.Phase);
    }

    [Fact]
    public async Task Delete_RunningTenant_LeavesNothingButATombstoneAndFreesItsName()
    {
        await using var plane = await ControlPlaneHarness.StartAsync();
        var state = await plane.CreateRunningAsync("acme");

        var operation = await plane.Manager.DeleteAsync(state.Tenant.Id, ControlPlaneHarness.Admin, Token);
        var again = await plane.CreateAsync("acme");

        Assert.Equal(OperationState.Succeeded, (await plane.EndedAsync(operation.Id)).State);
        state = await plane.StateAsync(state.Tenant.Id);
        Assert.Equal(TenantPhase.Deleted, state.Status.Phase);
        Assert.Empty(state.Ledger);
        Assert.Null(await plane.Orchestrator.ObserveAsync(new(state.Tenant.Id, state.Tenant.UnitName), Token));
        Assert.NotEqual(state.Tenant.Id, again.Id);
        await plane.UntilPhaseAsync(again.Id, TenantPhase.Running);
    }

    [Fact]
    public async Task Delete_WithRetention_KeepsDataUntilItIsDue()
    {
        await using var plane = await ControlPlaneHarness.StartAsync(options => options.DataRetention = TimeSpan.FromMinutes(1));
        var state = await plane.CreateRunningAsync("acme");

        await plane.EndedAsync((await plane.Manager.DeleteAsync(state.Tenant.Id, ControlPlaneHarness.Admin, Token)).Id);

        var unit = await plane.Orchestrator.ObserveAsync(new(state.Tenant.Id, state.Tenant.UnitName), Token);
        Assert.True(unit is { HasData: true, HasCompute: false });
        await plane.UntilAsync(state.Tenant.Id, current => current.Status.Phase == TenantPhase.Deleted);
        Assert.Null(await plane.Orchestrator.ObserveAsync(new(state.Tenant.Id, state.Tenant.UnitName), Token));
        Assert.True(plane.Time.GetUtcNow() - state.Tenant.CreatedAt >= TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task RouteFeed_OverALife_TellsEveryTurn()
    {
        await using var plane = await ControlPlaneHarness.StartAsync();
        var state = await plane.CreateRunningAsync("acme");
        var feed = plane.Get<IRouteFeed>();
        var list = await feed.ListAsync(Token);
        Assert.Equal(RouteState.Active, Assert.Single(list.Routes).State);

        await plane.EndedAsync((await plane.Manager.StopAsync(state.Tenant.Id, ControlPlaneHarness.Admin, Token)).Id);
        await plane.EndedAsync((await plane.Manager.DeleteAsync(state.Tenant.Id, ControlPlaneHarness.Admin, Token)).Id);

        List<RouteState> seen = [];
        await foreach (var batch in feed.WatchAsync(list.Revision, Token))
        {
            seen.AddRange(batch.Routes.Select(route => route.State));
            if (seen.LastOrDefault() == RouteState.Gone)
            {
                break;
            }
        }

        Assert.Equal(RouteState.Gone, seen[^1]);
        Assert.Empty((await feed.ListAsync(Token)).Routes);
    }
}
