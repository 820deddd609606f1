using TenantKit.Orchestration;
using TenantKit.Reconciliation.Planning;
using TenantKit.Tenants;

namespace TenantKit.Core.Tests.Reconciliation;

public sealed class RunPlannerTests
{
    private readonly PlannerScene scene = new();

    [Fact]
    public void Next_AllReady_IsReachedAndAsksForNothing()
    {
        scene.Recorded("a", InstanceState.Ready);
        scene.Runs("a");

        var plan = scene.Plan();

        Assert.Equal((TenantPhase.Running, EffectKind.None, PlanOutcome.Reached), (plan.Status.Phase, plan.Effect, plan.Outcome));
    }

    [Fact]
    public void Next_InstanceThatEndedByItself_CountsAndWaits()
    {
        scene.Recorded("a", InstanceState.Ready);
        scene.BackoffLeft = TimeSpan.FromSeconds(1);

        var plan = scene.Plan();

        Assert.Equal(1, plan.Status.ConsecutiveFailures);
        Assert.Equal(EffectKind.None, plan.Effect);
        Assert.Equal(TimeSpan.FromSeconds(1), plan.Requeue);
    }

    [Fact]
    public void Next_InstanceEndedWhileTheRuntimeDidNotAnswer_IsTheFirstFailure()
    {
        scene.Status = scene.Status with { ConsecutiveFailures = 9, Reason = StatusReasons.OrchestratorUnavailable, RetryAt = PlannerScene.Now.AddMinutes(1) };
        scene.Recorded("a", InstanceState.Ready);

        var plan = scene.Plan();

        Assert.Equal(1, plan.Status.ConsecutiveFailures);
        Assert.Equal(EffectKind.Ensure, plan.Effect);
    }

    [Fact]
    public void Next_BackoffOver_Ensures()
    {
        scene.Status = scene.Status with { ConsecutiveFailures = 2, RetryAt = PlannerScene.Now.AddHours(1) };

        Assert.Equal(EffectKind.Ensure, scene.Plan().Effect);
    }

    [Fact]
    public void Next_OneOfTwoCrashed_IsDegradedAndKeepsTheOther()
    {
        scene.Tenant = scene.Tenant with { Replicas = 2 };
        scene.Recorded("a", InstanceState.Ready);
        scene.Recorded("b", InstanceState.Ready);
        scene.Runs("b");
        scene.BackoffLeft = TimeSpan.FromSeconds(1);

        var plan = scene.Plan();

        Assert.Equal(TenantPhase.Degraded, plan.Status.Phase);
        Assert.Equal(InstanceState.Ready, Assert.Single(plan.Instances).State);
    }

    [Fact]
    public void Next_NoTurnToStart_WaitsInLine()
    {
        scene.HasTurn = false;

        var plan = scene.Plan();

        Assert.Equal((EffectKind.None, StatusReasons.WaitingForStartSlot), (plan.Effect, plan.Status.Reason));
        Assert.False(plan.LeavesStart);
    }

    [Fact]
    public void Next_OldEpoch_DrainsBeforeItEnsures()
    {
        scene.Tenant = scene.Tenant with { RestartEpoch = 1, Generation = 2 };
        scene.Recorded("a", InstanceState.Draining);
        scene.Runs("a", epoch: 0);
        scene.Status = scene.Status with { Phase = TenantPhase.Stopping, Reason = StatusReasons.Draining };

        Assert.Equal((EffectKind.None, "drain"), (scene.Plan().Effect, scene.Plan().Step));

        scene.IsDrained = true;
        Assert.Equal(EffectKind.Ensure, scene.Plan().Effect);
    }

    [Fact]
    public void Next_OldEpochNotWithdrawnYet_IsNotTakenForDrained()
    {
        scene.Tenant = scene.Tenant with { RestartEpoch = 1, Generation = 2 };
        scene.Recorded("a", InstanceState.Ready);
        scene.Runs("a", epoch: 0);
        scene.IsDrained = true;

        var plan = scene.Plan();

        Assert.Equal(EffectKind.None, plan.Effect);
        Assert.Equal(InstanceState.Draining, Assert.Single(plan.Instances).State);
    }

    [Fact]
    public void Next_DrainTimeOver_GoesOn()
    {
        scene.Tenant = scene.Tenant with { RestartEpoch = 1, Generation = 2 };
        scene.Recorded("a", InstanceState.Draining);
        scene.Runs("a", epoch: 0);
        scene.DrainedFor = scene.Options.DrainTimeout;

        Assert.Equal(EffectKind.Ensure, scene.Plan().Effect);
    }

    [Fact]
    public void Next_OneInstanceTooMany_WithdrawsTheNewestOnly()
    {
        scene.Recorded("a", InstanceState.Ready);
        scene.Recorded("b", InstanceState.Ready);
        scene.Runs("a");
        scene.Runs("b");

        var plan = scene.Plan();

        Assert.Equal([InstanceState.Ready, InstanceState.Draining], plan.Instances.Select(static row => row.State));
        Assert.Equal(EffectKind.None, plan.Effect);
    }

    [Fact]
    public void Next_StartThatTakesTooLong_FailsAndStops_OnceOnly()
    {
        scene.Recorded("a", InstanceState.Starting);
        scene.Runs("a", ready: false);
        scene.Status = scene.Status with
        {
            Phase = TenantPhase.Starting, Reason = StatusReasons.WaitingForReady, ChangedAt = PlannerScene.Now.AddHours(-1),
        };

        var plan = scene.Plan();
        Assert.Equal((TenantPhase.Failed, StatusReasons.NotReadyInTime, EffectKind.Sleep), (plan.Status.Phase, plan.Status.Reason, plan.Effect));

        scene.Status = plan.Status;
        var again = scene.Plan();
        Assert.Equal(plan.Status, again.Status);
        Assert.Equal(EffectKind.Sleep, again.Effect);
    }

    [Fact]
    public void Next_SettingsNotAppliedYet_EnsuresThoughAllRun()
    {
        scene.Tenant = scene.Tenant with { Generation = 2 };
        scene.Recorded("a", InstanceState.Ready);
        scene.Runs("a");

        Assert.Equal(EffectKind.Ensure, scene.Plan().Effect);
    }

    [Fact]
    public void Next_StableForAWhile_ForgivesFailures()
    {
        scene.Recorded("a", InstanceState.Ready);
        scene.Runs("a");
        scene.Status = scene.Status with { ConsecutiveFailures = 4, ChangedAt = PlannerScene.Now.AddMinutes(-2) };

        Assert.Equal(0, scene.Plan().Status.ConsecutiveFailures);
    }

    [Fact]
    public void Next_ChangedAtInTheFuture_IsNotCountedFrom()
    {
        scene.Recorded("a", InstanceState.Starting);
        scene.Runs("a", ready: false);
        scene.Status = scene.Status with
        {
            Phase = TenantPhase.Starting, Reason = StatusReasons.WaitingForReady, ChangedAt = PlannerScene.Now.AddDays(1),
        };

        Assert.Equal(PlannerScene.Now, scene.Plan().Status.ChangedAt);
    }

    [Fact]
    public void IsFailure_EveryReason_IsOneUnlessItSaysWhatGoesOn()
    {
        var reasons = typeof(StatusReasons).GetFields().Select(static field => (string)field.GetRawConstantValue()!);

        Assert.Equal(
            ["data_retained", "draining", "idle", "none", "stopped_by_operator", "waiting_for_ready", "waiting_for_start_slot"],
            reasons.Where(static reason => !RunPlanner.IsFailure(reason)).Order(StringComparer.Ordinal));
    }
}
