using TenantKit.Core.Tests.Diagnostics;
using TenantKit.Reconciliation;
using TenantKit.Tenants;

namespace TenantKit.Core.Tests.Reconciliation;

public sealed class DrainClockTests
{
    private readonly JumpyTimeProvider time = new();
    private readonly DrainClock clock;

    public DrainClockTests() => clock = new DrainClock(time);

    [Fact]
    public void Elapsed_NotRecorded_IsNothing()
    {
        clock.Note("t", [Row("a", InstanceState.Ready)]);
        time.Advance(TimeSpan.FromSeconds(4));

        Assert.Equal(TimeSpan.Zero, clock.Elapsed("t", "a"));
    }

    [Theory]
    [InlineData(3600)]
    [InlineData(-3600)]
    public void Elapsed_WallClockJumps_CountsWhatPassed(int seconds)
    {
        clock.Note("t", [Row("a", InstanceState.Draining)]);
        time.Jump(TimeSpan.FromSeconds(seconds));
        time.Advance(TimeSpan.FromSeconds(4));

        Assert.Equal(TimeSpan.FromSeconds(4), clock.Elapsed("t", "a"));
    }

    [Fact]
    public void Note_Again_GoesOnCounting_AndCountsANewcomerFromThen()
    {
        clock.Note("t", [Row("a", InstanceState.Draining)]);
        time.Advance(TimeSpan.FromSeconds(4));
        clock.Note("t", [Row("a", InstanceState.Draining), Row("b", InstanceState.Draining)]);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1)), (clock.Elapsed("t", "a"), clock.Elapsed("t", "b")));
    }

    [Fact]
    public void Note_TakesRequestsAgain_ForgetsTheDrain()
    {
        clock.Note("t", [Row("a", InstanceState.Draining), Row("b", InstanceState.Draining)]);
        time.Advance(TimeSpan.FromSeconds(4));
        clock.Note("t", [Row("a", InstanceState.Ready), Row("b", InstanceState.Draining)]);
        clock.Note("t", [Row("a", InstanceState.Draining), Row("b", InstanceState.Draining)]);

        Assert.Equal((TimeSpan.Zero, TimeSpan.FromSeconds(4)), (clock.Elapsed("t", "a"), clock.Elapsed("t", "b")));
    }

    private Instance Row(string id, InstanceState state) => new() { Id = id, TenantId = "t", State = state, CreatedAt = time.GetUtcNow() };
}
