using Microsoft.Extensions.Time.Testing;
using TenantKit.Operations;
using TenantKit.Orchestration;
using TenantKit.Orchestration.InMemory;
using TenantKit.Tenants;
using TenantKit.Testing.Faults;

namespace TenantKit.Core.Tests.ControlLoop;

/// <summary>A runtime that fails is asked again after the back-off, not at every look, and people keep seeing the true reason.</summary>
public sealed class OrchestratorFailureTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ensure_ImageGone_IsTriedOnceAndKeepsItsReasonUntilTheBackoffIsOver()
    {
        await using var plane = await StartAsync();
        plane.Faults.FailNext(OrchestratorCall.Ensure, FaultMoment.BeforeEffect, 1, new OrchestratorException(StatusReasons.ImageNotFound, "The image is gone.", isTransient: false));
        var tenant = await plane.CreateAsync("acme");
        await plane.UntilAsync(tenant.Id, state => state.Status.Phase == TenantPhase.Failed);
        var until = plane.Time.GetUtcNow() + TimeSpan.FromSeconds(20);

        await plane.UntilAsync(async () =>
        {
            var status = (await plane.StateAsync(tenant.Id)).Status;
            Assert.Equal((TenantPhase.Failed, StatusReasons.ImageNotFound, "The image is gone."), (status.Phase, status.Reason, status.Message));
            return plane.Time.GetUtcNow() > until;
        });

        Assert.Equal(1, plane.Faults.CallsOf(OrchestratorCall.Ensure));
        await plane.UntilPhaseAsync(tenant.Id, TenantPhase.Running);
    }

    [Fact]
    public async Task Ensure_ImageGone_APersonsStartIsTriedAtOnce()
    {
        await using var plane = await StartAsync();
        plane.Faults.FailNext(OrchestratorCall.Ensure, FaultMoment.BeforeEffect, 1, new OrchestratorException(StatusReasons.ImageNotFound, "The image is gone.", isTransient: false));
        var tenant = await plane.CreateAsync("acme");
        await plane.UntilAsync(tenant.Id, state => state.Status.Phase == TenantPhase.Failed);
        var asked = plane.Time.GetUtcNow();

        var operation = await plane.Manager.StartAsync(tenant.Id, ControlPlaneHarness.Admin, Token);

        Assert.Equal(OperationState.Succeeded, (await plane.EndedAsync(operation.Id)).State);
        Assert.True(plane.Time.GetUtcNow() - asked < TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData(OrchestratorCall.Sleep)]
    [InlineData(OrchestratorCall.Delete)]
    public async Task Effect_FailingThreeTimes_BacksOffBetweenTries(OrchestratorCall call)
    {
        await using var plane = await StartAsync();
        var id = (await plane.CreateRunningAsync("acme")).Tenant.Id;
        plane.Faults.FailNext(call, FaultMoment.BeforeEffect, 3);
        var asked = plane.Time.GetUtcNow();

        await (call == OrchestratorCall.Sleep
            ? plane.Manager.StopAsync(id, ControlPlaneHarness.Admin, Token)
            : plane.Manager.DeleteAsync(id, ControlPlaneHarness.Admin, Token));
        await plane.UntilPhaseAsync(id, call == OrchestratorCall.Sleep ? TenantPhase.Sleeping : TenantPhase.Deleted);

        Assert.Equal(4, plane.Faults.CallsOf(call));
        // 500 ms doubling, each with half of it as jitter: at least 250 + 250 + 500 ms.
        Assert.True(plane.Time.GetUtcNow() - asked >= TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Observe_FailingForAWhile_BacksOffAndRecovers()
    {
        await using var plane = await StartAsync();
        var id = (await plane.CreateRunningAsync("acme")).Tenant.Id;
        plane.Faults.FailNext(OrchestratorCall.Observe, FaultMoment.BeforeEffect, 8);
        var before = plane.Faults.CallsOf(OrchestratorCall.Observe);

        await plane.UntilAsync(id, state => state.Status.ConsecutiveFailures >= 3);

        // Each failure is a change, and each change one more look, which does not count again. One call may be under way.
        var calls = plane.Faults.CallsOf(OrchestratorCall.Observe) - before;
        var failures = (await plane.StateAsync(id)).Status.ConsecutiveFailures;
        Assert.InRange(calls, 3, (2 * failures) + 1);

        await plane.UntilPhaseAsync(id, TenantPhase.Running);
    }

    private static Task<ControlPlaneHarness> StartAsync()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        return ControlPlaneHarness.StartAsync(orchestrator: new FaultyOrchestrator(new InMemoryOrchestrator(time)), time: time);
    }
}
