using TenantKit.Orchestration;
using TenantKit.Reconciliation.Planning;
using TenantKit.Tenants;

namespace TenantKit.Core.Tests.Reconciliation;

public sealed class SleepPlannerTests
{
    private readonly PlannerScene scene = new();

    public SleepPlannerTests()
    {
        scene.Tenant = scene.Tenant with { Desired = DesiredState.Sleeping, Generation = 2 };
        scene.Recorded("a", InstanceState.Ready);
        scene.Runs("a");
    }

    [Fact]
    public void Next_NotDrained_WithdrawsAndWaits()
    {
        var plan = scene.Plan();

        Assert.Equal((TenantPhase.Stopping, StatusReasons.Draining, EffectKind.None), (plan.Status.Phase, plan.Status.Reason, plan.Effect));
        Assert.Equal(InstanceState.Draining, Assert.Single(plan.Instances).State);
        Assert.Equal(scene.Options.DrainTimeout, plan.Requeue);
    }

    [Fact]
    public void Next_Drained_Stops()
    {
        scene.IsDrained = true;

        Assert.Equal(EffectKind.Sleep, scene.Plan().Effect);
    }

    [Theory]
    [InlineData(DesiredState.Sleeping, TenantPhase.Stopping)]
    [InlineData(DesiredState.Sleeping, TenantPhase.Failed)]
    [InlineData(DesiredState.Deleted, TenantPhase.Deleting)]
    public void Next_TriedAgainAfterAFailure_PeopleGoOnReadingWhyItFailed(DesiredState desired, TenantPhase phase)
    {
        scene.IsDrained = true;
        scene.Tenant = scene.Tenant with { Desired = desired, DeletedAt = desired == DesiredState.Deleted ? PlannerScene.Now : null };
        scene.Status = scene.Status with { Phase = phase, ConsecutiveFailures = 4, Reason = StatusReasons.Forbidden, Message = "Add this rule", ChangedAt = PlannerScene.Now.AddSeconds(-20) };

        var plan = scene.Plan();

        Assert.NotEqual(EffectKind.None, plan.Effect);
        Assert.Equal(scene.Status, plan.Status);
    }

    [Fact]
    public void Next_TriedAgainAfterFailuresOfARun_TheEndHasNoFailureYet()
    {
        scene.IsDrained = true;
        scene.Status = scene.Status with { Reason = StatusReasons.CrashLoop, Message = "exit code 1" };

        Assert.Equal((StatusReasons.None, (string?)null), (scene.Plan().Status.Reason, scene.Plan().Status.Message));
    }

    [Fact]
    public void Next_DrainTimeOver_StopsWhenPeopleAskedForIt()
    {
        LetTheDrainTimePass();

        Assert.Equal(EffectKind.Sleep, scene.Plan().Effect);
    }

    [Fact]
    public void Next_DrainTimeOverWhenIdle_TakesTheSleepBack()
    {
        scene.Tenant = scene.Tenant with { Origin = IntentOrigin.Background };
        LetTheDrainTimePass();

        var plan = scene.Plan();

        Assert.Equal(EffectKind.None, plan.Effect);
        Assert.True(plan.CancelsSleep);
    }

    [Fact]
    public void Next_IdleButUsedSince_TakesTheSleepBack()
    {
        scene.Tenant = scene.Tenant with { Origin = IntentOrigin.Background };
        scene.Status = scene.Status with { LastAccessAt = PlannerScene.Now.AddMinutes(-9) };
        scene.LastAccessAt = PlannerScene.Now.AddSeconds(-1);
        scene.IsDrained = true;

        Assert.True(scene.Plan().CancelsSleep);
    }

    [Fact]
    public void Next_UsedSinceButSuspended_StopsAllTheSame()
    {
        scene.Tenant = scene.Tenant with { Origin = IntentOrigin.Background, Suspended = true };
        scene.LastAccessAt = PlannerScene.Now.AddSeconds(-1);
        scene.IsDrained = true;

        Assert.Equal(EffectKind.Sleep, scene.Plan().Effect);
    }

    [Theory]
    [InlineData(false, IntentOrigin.Background, TenantPhase.Sleeping, StatusReasons.Idle)]
    [InlineData(false, IntentOrigin.Human, TenantPhase.Sleeping, StatusReasons.StoppedByOperator)]
    [InlineData(true, IntentOrigin.Human, TenantPhase.Suspended, StatusReasons.None)]
    public void Next_NothingRuns_IsReachedAndKeepsTheData(bool suspended, IntentOrigin origin, TenantPhase phase, string reason)
    {
        scene.Tenant = scene.Tenant with { Suspended = suspended, Origin = origin };
        scene.Observed.Clear();

        var plan = scene.Plan();

        Assert.Equal((phase, reason, PlanOutcome.Reached), (plan.Status.Phase, plan.Status.Reason, plan.Outcome));
        Assert.Equal([LedgerKind.Data], plan.Ledger);
        Assert.Equal(2, plan.Status.ObservedGeneration);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void Next_NoUnit_KeepsTheDataInTheLedgerOnlyIfThereWasSome(bool provisioned, bool kept)
    {
        scene.HasUnit = false;
        scene.Status = scene.Status with { Provisioned = provisioned };

        Assert.Equal(kept, scene.Plan().Ledger.Contains(LedgerKind.Data));
    }

    [Fact]
    public void Next_DataThatCameAboutLate_IsAccountedFor()
    {
        scene.Ledger.Clear();
        scene.Status = scene.Status with { Provisioned = false };
        scene.Observed.Clear();

        Assert.Equal([LedgerKind.Data], scene.Plan().Ledger);
    }

    private void LetTheDrainTimePass() => scene.DrainedFor = scene.Options.DrainTimeout;
}
