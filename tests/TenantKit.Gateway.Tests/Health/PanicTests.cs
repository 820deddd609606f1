using TenantKit.Gateway.Health;
using TenantKit.Routing;

namespace TenantKit.Gateway.Tests.Health;

public sealed class PanicTests
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);
    private static readonly ProbeResult Unready = new(false, "The health path '/healthz/ready' answered 503.") { Reached = true };
    private static readonly ProbeResult Unreachable = new(false, "Connection refused");

    [Fact]
    public async Task Fleet_WithLessThanHalfHealthy_BalancesOverAllThatAreThere()
    {
        using var bench = new HealthBench();
        var other = await bench.FleetAsync(2, "other");
        var slots = await bench.FleetAsync(5);
        bench.Answer(other[0], Unready);
        await bench.PassUntilAsync(Step, () => bench.Fleet("other").Available.Length == 1);

        foreach (var (slot, left) in new[] { (slots[0], 4), (slots[1], 3) })
        {
            bench.Answer(slot, Unready);
            await bench.PassUntilAsync(Step, () => bench.Fleet().Available.Length == left);
            Assert.False(bench.Fleet().Panics);
        }

        bench.Answer(slots[2], Unready);
        await bench.PassUntilAsync(Step, () => bench.Fleet().Panics);

        Assert.Equal(slots, bench.Fleet().Available);
        Assert.False(bench.Fleet("other").Panics);
        Assert.Single(bench.Fleet("other").Available);

        bench.Answer(slots[2], ProbeResult.Success);
        await bench.PassUntilAsync(Step, () => !bench.Fleet().Panics);
        Assert.Equal(slots[2..], bench.Fleet().Available);
    }

    [Fact]
    public async Task Fleet_WhoseOthersCannotBeReached_DoesNotSendThemAnything()
    {
        using var bench = new HealthBench();
        var slots = await bench.FleetAsync(3);
        bench.Answer(slots[0], Unreachable);
        bench.Answer(slots[1], Unreachable);

        await bench.PassUntilAsync(Step, () => bench.Fleet().Panics);

        Assert.Equal([slots[2]], bench.Fleet().Available);
        Assert.Equal((InstanceHealthState.Unhealthy, "Connection refused"), (bench.Health(slots[0]).State, bench.Health(slots[0]).Reason));
    }

    [Fact]
    public async Task Ejection_UnderPanic_IsSetAside()
    {
        using var bench = new HealthBench();
        var slots = await bench.FleetAsync(3);
        bench.Fail(slots[0], 5);
        bench.Answer(slots[1], Unreachable);

        await bench.PassUntilAsync(TimeSpan.FromMilliseconds(100), () => bench.Fleet().Panics);

        Assert.Equal([slots[0], slots[2]], bench.Fleet().Available);
    }

    [Fact]
    public async Task OnlyInstance_ThatIsUnhealthy_TakesNoRequests()
    {
        using var bench = new HealthBench();
        var slots = await bench.FleetAsync(1);
        bench.Answer(slots[0], Unready);

        await bench.PassUntilAsync(Step, () => bench.Fleet().Available.Length == 0);

        Assert.False(bench.Fleet().Panics);
    }

    [Fact]
    public async Task Counts_OfStates_AreThoseOfAllFleets()
    {
        using var bench = new HealthBench();
        await bench.FleetAsync(2, "other");
        var slots = await bench.FleetAsync(3);
        bench.Fail(slots[0], 5);

        Assert.Equal(new Dictionary<InstanceHealthState, int> { [InstanceHealthState.Healthy] = 4, [InstanceHealthState.Ejected] = 1 }, bench.View.Count());
    }
}
