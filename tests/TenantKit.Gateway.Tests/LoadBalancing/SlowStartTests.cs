using System.Net;
using Microsoft.Extensions.Time.Testing;
using TenantKit.Gateway.Health;
using TenantKit.Gateway.LoadBalancing;
using TenantKit.Gateway.Tests.Support;
using TenantKit.Routing;
using TenantKit.Tenants;

namespace TenantKit.Gateway.Tests.LoadBalancing;

public sealed class SlowStartTests
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(0, 0.1)]
    [InlineData(0.5, 0.1)]
    [InlineData(3, 0.3)]
    [InlineData(5, 0.5)]
    [InlineData(9, 0.9)]
    [InlineData(10, 1)]
    [InlineData(100, 1)]
    public void Instance_SecondsAfterItBecameReady_GetsThatPartOfAShare(double seconds, double part)
    {
        var (random, time) = (new SeededRandom(), new FakeTimeProvider());
        var old = new[] { Slot("a", time), Slot("b", time) };
        time.Advance(TimeSpan.FromHours(1));
        var fresh = Slot("c", time);
        time.Advance(TimeSpan.FromSeconds(seconds));
        InstanceSlot[] fleet = [.. old, fresh];

        const int Requests = 20_000;
        var got = Count(new SlowStart(random, time), fleet, fresh, Requests, time.GetTimestamp());

        var expected = Requests * part / (2 + part);
        Assert.True(Math.Abs(got - expected) <= (5 * Math.Sqrt(expected)) + (seconds >= 10 ? 1 : 0), $"seed {random.Seed}: {got}, expected {expected}");
    }

    [Fact]
    public void Instances_AllNew_ShareEvenly()
    {
        var (random, time) = (new SeededRandom(), new FakeTimeProvider());
        InstanceSlot[] fleet = [Slot("a", time), Slot("b", time), Slot("c", time)];
        time.Advance(TimeSpan.FromSeconds(3));

        Assert.Same(fleet, new SlowStart(random, time).Thin(fleet, Window, time.GetTimestamp()));
    }

    [Fact]
    public void Window_OfZero_HoldsNobodyBack()
    {
        var time = new FakeTimeProvider();
        var old = Slot("a", time);
        time.Advance(TimeSpan.FromHours(1));
        InstanceSlot[] fleet = [old, Slot("b", time)];

        Assert.Same(fleet, new SlowStart(new SeededRandom(), time).Thin(fleet, TimeSpan.Zero, time.GetTimestamp()));
    }

    private static int Count(SlowStart slowStart, InstanceSlot[] fleet, InstanceSlot counted, int requests, long now)
    {
        var policy = new RoundRobinPolicy();
        var got = 0;
        for (var i = 0; i < requests; i++)
        {
            var drawn = slowStart.Thin(fleet, Window, now);
            got += drawn[policy.Choose(new LoadBalancingContext("t", drawn, i))] == counted ? 1 : 0;
        }

        return got;
    }

    private static InstanceSlot Slot(string id, FakeTimeProvider time) =>
        new(new TenantFleet("t"), new RouteInstance(id, "127.0.0.1:1", false, InstanceClaim.Ready, default, null), IPEndPoint.Parse("127.0.0.1:1"), new Templates.ProbeSettings())
        {
            ReadyAt = time.GetTimestamp(),
        };
}
