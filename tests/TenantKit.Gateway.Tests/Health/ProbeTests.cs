using TenantKit.Gateway.Tests.Support;
using TenantKit.Routing;

namespace TenantKit.Gateway.Tests.Health;

public sealed class ProbeTests
{
    private static readonly ProbeResult Silent = new(false, "No answer within 2 s.");
    private static readonly ProbeResult Unwell = new(false, "The health path answered 503.") { Reached = true };

    [Fact]
    public async Task Instance_ThatAnswersNoProbe_IsOutLongBeforeThreeIntervals()
    {
        using var bench = new HealthBench();
        var slots = await bench.FleetAsync(2);
        var began = bench.Time.GetUtcNow();

        bench.Answer(slots[0], Silent);
        await bench.PassUntilAsync(TimeSpan.FromMilliseconds(10), () => bench.Fleet().Available.Length == 1);

        Assert.Equal([slots[1]], bench.Fleet().Available);
        Assert.InRange(bench.Time.GetUtcNow() - began, TimeSpan.FromMilliseconds(50), bench.Route.Probe.Interval);
    }

    [Fact]
    public async Task Instance_ThatSaysItIsUnwell_IsOutAfterThreeIntervals()
    {
        using var bench = new HealthBench();
        var slots = await bench.FleetAsync(2);
        var began = bench.Time.GetUtcNow();

        bench.Answer(slots[0], Unwell);
        await bench.PassUntilAsync(TimeSpan.FromMilliseconds(100), () => bench.Fleet().Available.Length == 1);

        Assert.True(bench.Time.GetUtcNow() - began >= 2 * bench.Route.Probe.Interval);
    }

    [Fact]
    public async Task Instance_ThatWasLost_IsBackWithinSecondsOfItsFirstAnswer()
    {
        using var bench = new HealthBench();
        var slots = await bench.FleetAsync(2);
        bench.Answer(slots[0], Silent);
        await bench.PassUntilAsync(TimeSpan.FromMilliseconds(10), () => bench.Fleet().Available.Length == 1);
        for (var i = 0; i < 100; i++)
        {
            bench.Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        bench.SetAnswer(slots[0], ProbeResult.Success);
        var began = bench.Time.GetUtcNow();
        await bench.PassUntilAsync(TimeSpan.FromMilliseconds(100), () => bench.Fleet().Available.Length == 2);

        Assert.InRange(bench.Time.GetUtcNow() - began, TimeSpan.Zero, TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task Instance_ThatIsSuspectedByManyAtOnce_IsProbedOnceASecond()
    {
        using var bench = new HealthBench();
        var slots = await bench.FleetAsync(1);
        var before = bench.Probes;

        for (var tenth = 0; tenth < 40; tenth++)
        {
            for (var i = 0; i < 100; i++)
            {
                slots[0].Suspect(bench.Time);
            }

            await Poll.UntilAsync(() => bench.Probes - before >= 1 + (tenth / 10));
            bench.Time.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.InRange(bench.Probes - before, 4, 5);
    }
}
