using TenantKit.Orchestration;
using TenantKit.Tenants;

namespace TenantKit.Core.Tests.Orchestration;

public sealed class UnitPlanTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Make_NothingThere_StartsAll() => AssertPlan(Spec(3), [], stop: [], start: 3);

    [Fact]
    public void Make_AsWanted_DoesNothing() => AssertPlan(Spec(1), [Instance("a")], stop: [], start: 0);

    [Fact]
    public void Make_TooMany_StopsTheNewest() => AssertPlan(Spec(1), [Instance("a"), Instance("b"), Instance("c")], stop: ["c", "b"], start: 0);

    [Fact]
    public void Make_OldEpoch_StopsBeforeItStarts() => AssertPlan(Spec(2), [Instance("a") with { RestartEpoch = 1 }], stop: ["a"], start: 0);

    [Fact]
    public void Make_OtherSettings_StopsBeforeItStarts() => AssertPlan(Spec(1), [Instance("a") with { IsCurrent = false }], stop: ["a"], start: 0);

    [Fact]
    public void Make_OutdatedStillStopping_Waits() =>
        AssertPlan(Spec(1), [Instance("a") with { RestartEpoch = 1, State = RuntimeState.Stopping }], stop: [], start: 0);

    [Fact]
    public void Make_CurrentStopping_IsReplacedAtOnce() => AssertPlan(Spec(1), [Instance("a") with { State = RuntimeState.Stopping }], stop: [], start: 1);

    [Fact]
    public void Make_NewerEpochThanAsked_IsKept() => AssertPlan(Spec(1), [Instance("a") with { RestartEpoch = 9 }], stop: [], start: 0);

    [Fact]
    public void Make_EndedOne_IsReplaced() => AssertPlan(Spec(2), [Instance("a") with { State = RuntimeState.Exited }, Instance("b")], stop: [], start: 1);

    private static UnitSpec Spec(int replicas) => new()
    {
        Unit = new UnitRef("t", "u"),
        TenantName = "t",
        Generation = 1,
        RestartEpoch = 2,
        Replicas = replicas,
        Image = "i",
        Resources = ResourceLimits.Default,
    };

    private static InstanceObservation Instance(string id) => new() { Id = id, State = RuntimeState.Running, RestartEpoch = 2, CreatedAt = Now };

    private static void AssertPlan(UnitSpec spec, IReadOnlyList<InstanceObservation> instances, string[] stop, int start)
    {
        var plan = UnitPlan.Make(spec, instances);
        Assert.Equal(stop, plan.Stop);
        Assert.Equal(start, plan.Start);
    }
}
