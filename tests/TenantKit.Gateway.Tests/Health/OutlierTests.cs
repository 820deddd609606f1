using TenantKit.Gateway.Health;
using TenantKit.Gateway.Tests.Support;
using TenantKit.Routing;

namespace TenantKit.Gateway.Tests.Health;

public sealed class OutlierTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Instance_AfterFiveFailuresInARow_IsLeftOutFor30Seconds()
    {
        using var bench = new HealthBench();
        var slots = await bench.FleetAsync(3);

        bench.Fail(slots[1], 4);
        Assert.Equal(3, bench.Fleet().Available.Length);
        bench.Fail(slots[1]);

        Assert.Equal([slots[0], slots[2]], bench.Fleet().Available);
        var health = bench.Health(slots[1]);
        Assert.Equal((InstanceHealthState.Ejected, "Requests in a row got no answer from it.", TimeSpan.FromSeconds(30)), (health.State, health.Reason, health.OutFor));
    }

    [Fact]
    public async Task Failures_WithAnAnswerBetween_AreNotInARow()
    {
        using var bench = new HealthBench();
        var slots = await bench.FleetAsync(2);

        bench.Fail(slots[0], 4);
        bench.Detector.Answered(slots[0], 500);
        bench.Fail(slots[0], 4);

        Assert.Equal(2, bench.Fleet().Available.Length);
    }

    [Fact]
    public async Task OnlyInstance_HoweverOftenItFails_IsNeverLeftOut()
    {
        using var bench = new HealthBench();
        var slots = await bench.FleetAsync(1);

        bench.Fail(slots[0], 1000);

        Assert.Equal(slots, bench.Fleet().Available);
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    [InlineData(5, 2)]
    [InlineData(8, 4)]
    public async Task Instances_AllFailing_AreLeftOutToHalfOfThem(int count, int most)
    {
        using var bench = new HealthBench();
        var slots = await bench.FleetAsync(count);

        Array.ForEach(slots, slot => bench.Fail(slot, 20));

        Assert.Equal(count - most, bench.Fleet().Available.Length);
        Assert.False(bench.Fleet().Panics);
    }

    [Fact]
    public void Ejections_OneAfterTheOther_GrowUpTo300SecondsAndAreForgottenInTime()
    {
        var (ejection, time) = (new Ejection(), new Microsoft.Extensions.Time.Testing.FakeTimeProvider());
        TimeSpan Eject() => ejection.Begin(EjectionReason.ConsecutiveFailures, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(300), time);
        void Return()
        {
            ejection.Try();
            ejection.End(time);
        }

        for (var n = 1; n <= 12; n++)
        {
            Assert.Equal(TimeSpan.FromSeconds(Math.Min(30 * n, 300)), Eject());
            Return();
        }

        time.Advance(TimeSpan.FromSeconds(30 * 11)); // eleven of twelve are forgotten
        Assert.Equal(TimeSpan.FromSeconds(60), Eject());
        Return();
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(TimeSpan.FromSeconds(30), Eject());
    }

    [Fact]
    public async Task Trial_ThatIsAnswered_BringsTheInstanceBack()
    {
        using var bench = new HealthBench();
        var slots = await bench.FleetAsync(2);
        bench.Fail(slots[0], 5);

        await bench.PassUntilAsync(Second, () => bench.Health(slots[0]).State == InstanceHealthState.Trial);
        Assert.Equal(2, bench.Fleet().Available.Length);
        bench.Detector.Answered(slots[0], 200);

        Assert.Equal(InstanceHealthState.Healthy, bench.Health(slots[0]).State);
    }

    [Fact]
    public async Task Trial_ThatFails_LeavesTheInstanceOutForLonger()
    {
        using var bench = new HealthBench();
        var slots = await bench.FleetAsync(2);
        bench.Fail(slots[0], 5);

        await bench.PassUntilAsync(Second, () => bench.Health(slots[0]).State == InstanceHealthState.Trial);
        bench.Fail(slots[0]);

        var health = bench.Health(slots[0]);
        Assert.Equal((InstanceHealthState.Ejected, "The request that tried it again failed.", TimeSpan.FromSeconds(60)), (health.State, health.Reason, health.OutFor));
    }

    [Fact]
    public async Task Ejection_WhileProbesFail_GoesOn()
    {
        using var bench = new HealthBench();
        var slots = await bench.FleetAsync(3);
        bench.Fail(slots[0], 5);
        bench.Answer(slots[0], new ProbeResult(false, "no"));

        await bench.PassUntilAsync(Second, () => bench.Health(slots[0]).State == InstanceHealthState.Unhealthy);
        bench.Time.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal([slots[1], slots[2]], bench.Fleet().Available);
    }

    [Fact]
    public async Task Trial_InBalancing_GetsOneRequestAtATime()
    {
        using var bench = new HealthBench();
        var slots = await bench.FleetAsync(2);
        bench.Fail(slots[0], 5);
        await bench.PassUntilAsync(Second, () => bench.Health(slots[0]).State == InstanceHealthState.Trial);
        var exchange = new Exchange(new Microsoft.AspNetCore.Http.DefaultHttpContext(), default);

        slots[0].Enter();
        Assert.All(Enumerable.Range(0, 10), _ => Assert.Same(slots[1], bench.Balancer.Pick(exchange, bench.Route, bench.Fleet(), bench.Time.GetTimestamp())));
        slots[0].Leave();

        Assert.Contains(slots[0], Enumerable.Range(0, 10).Select(_ => bench.Balancer.Pick(exchange, bench.Route, bench.Fleet(), bench.Time.GetTimestamp())));
    }

    [Fact]
    public async Task ErrorRate_OfOneInstance_LeavesItOut()
    {
        using var bench = new HealthBench();
        var slots = await bench.FleetAsync(3);

        for (var i = 0; i < 60; i++)
        {
            bench.Detector.Answered(slots[i % 3], i % 3 == 2 ? 503 : 200);
        }

        Assert.Equal([slots[0], slots[1]], bench.Fleet().Available);
        Assert.Equal("It failed far more often than the tenant's other instances.", bench.Health(slots[2]).Reason);
    }

    [Fact]
    public async Task ErrorRate_OfAllInstancesAlike_LeavesNoneOut()
    {
        var random = new SeededRandom();
        for (var round = 0; round < 20; round++)
        {
            using var bench = new HealthBench();
            var slots = await bench.FleetAsync(random.Between(2, 6));
            var share = random.NextDouble();
            for (var i = 0; i < 3_000; i++)
            {
                bench.Detector.Answered(slots[random.Next(slots.Length)], random.NextDouble() < share ? 500 : 200);
                bench.Time.Advance(TimeSpan.FromMilliseconds(5));
            }

            Assert.True(bench.Fleet().Available.Length >= slots.Length - 1, $"seed {random.Seed}, round {round}: share {share}");
        }
    }

    [Fact]
    public async Task ErrorRate_OfFewRequests_SaysNothing()
    {
        using var bench = new HealthBench();
        var slots = await bench.FleetAsync(2);

        for (var i = 0; i < 38; i++)
        {
            bench.Detector.Answered(slots[i % 2], i % 2 == 0 ? 500 : 200);
        }

        Assert.Equal(2, bench.Fleet().Available.Length);
    }

    [Fact]
    public async Task ErrorRate_OfLongAgo_IsForgotten()
    {
        using var bench = new HealthBench();
        var slots = await bench.FleetAsync(2);
        for (var i = 0; i < 19; i++)
        {
            bench.Detector.Answered(slots[0], 500);
        }

        bench.Time.Advance(TimeSpan.FromSeconds(30));
        for (var i = 0; i < 100; i++)
        {
            bench.Detector.Answered(slots[i % 2], 200);
        }

        bench.Detector.Answered(slots[0], 500);
        Assert.Equal(2, bench.Fleet().Available.Length);
        Assert.True(slots[0].Answers.Failed <= 1);
    }
}
