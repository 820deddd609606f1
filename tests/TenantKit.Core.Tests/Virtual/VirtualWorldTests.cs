using TenantKit.Testing.Virtual;

namespace TenantKit.Core.Tests.Virtual;

public sealed class VirtualWorldTests
{
    private readonly VirtualWorld world = new(7);
    private readonly List<int> seen = [];

    [Fact]
    public void RunFor_EventsOfDifferentTimes_RunInOrderOfTime()
    {
        var node = world.CreateNode("a");
        foreach (var second in new[] { 3, 1, 2 })
        {
            node.Post(() => seen.Add(second), TimeSpan.FromSeconds(second));
        }

        world.RunFor(TimeSpan.FromSeconds(5));

        Assert.Equal([1, 2, 3], seen);
    }

    [Fact]
    public void Fingerprint_SameSeed_IsEqualAndAnotherSeedGivesAnotherOrder()
    {
        Assert.Equal(Shuffle(1), Shuffle(1));
        Assert.NotEqual(Shuffle(1).Order, Shuffle(2).Order);
    }

    [Fact]
    public void Freeze_EventsFallDue_RunLaterInTheirOrder()
    {
        var node = world.CreateNode("a");
        for (var second = 1; second <= 5; second++)
        {
            var value = second;
            node.Post(() => seen.Add(value), TimeSpan.FromSeconds(value));
        }

        node.Freeze(TimeSpan.FromSeconds(4.5));
        world.RunFor(TimeSpan.FromSeconds(4));
        Assert.Empty(seen);
        world.RunFor(TimeSpan.FromSeconds(2));

        Assert.Equal([1, 2, 3, 4, 5], seen);
    }

    [Fact]
    public void Crash_WithEventsAhead_DropsThemAndOnlyThose()
    {
        var (dead, other) = (world.CreateNode("a"), world.CreateNode("b"));
        dead.Post(() => seen.Add(1), TimeSpan.FromSeconds(1));
        other.Post(() => seen.Add(2), TimeSpan.FromSeconds(1));
        dead.Crash();

        world.RunFor(TimeSpan.FromSeconds(2));

        Assert.Equal([2], seen);
    }

    [Fact]
    public void Skew_Changed_MovesTheWallClockOnly()
    {
        var node = world.CreateNode("a");
        var before = node.GetTimestamp();
        node.Skew = TimeSpan.FromHours(-1);

        Assert.Equal(VirtualWorld.Epoch.AddHours(-1), node.GetUtcNow());
        Assert.Equal(before, node.GetTimestamp());
    }

    [Fact]
    public void Rate_Twice_MakesClockAndTimersTwiceAsFast()
    {
        var node = world.CreateNode("a", rate: 2);
        var firedAt = TimeSpan.Zero;
        using var timer = node.CreateTimer(_ => firedAt = world.Elapsed, null, TimeSpan.FromSeconds(4), Timeout.InfiniteTimeSpan);

        world.RunFor(TimeSpan.FromSeconds(10));

        Assert.Equal(TimeSpan.FromSeconds(2), firedAt);
        Assert.Equal(VirtualWorld.Epoch.AddSeconds(20), node.GetUtcNow());
    }

    [Fact]
    public void Timer_WithPeriod_FiresUntilDisposed()
    {
        var timer = world.CreateNode("a").CreateTimer(_ => seen.Add(seen.Count), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        world.RunFor(TimeSpan.FromSeconds(6));
        timer.Dispose();
        world.RunFor(TimeSpan.FromSeconds(6));

        Assert.Equal([0, 1, 2], seen);
    }

    [Fact]
    public void RunFor_VoidEventsAhead_EndsWhereItEnds()
    {
        var node = world.CreateNode("a");
        node.CreateTimer(_ => seen.Add(1), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan).Dispose();
        node.Post(() => seen.Add(2), TimeSpan.FromSeconds(60));

        world.RunFor(TimeSpan.FromSeconds(5));

        Assert.Empty(seen);
        Assert.Equal(TimeSpan.FromSeconds(5), world.Elapsed);
    }

    [Fact]
    public void Step_WorkEscapesToAnotherThread_IsReportedAsFailure()
    {
        var node = world.CreateNode("a");
        node.Post(() =>
        {
            var thread = new Thread(() => node.Post(() => seen.Add(1)));
            thread.Start();
            thread.Join();
        });

        world.RunFor(TimeSpan.FromSeconds(1));

        Assert.Contains("another thread", Assert.IsType<InvalidOperationException>(world.Failure).Message, StringComparison.Ordinal);
        Assert.Empty(seen);
    }

    private static (ulong Fingerprint, string Order) Shuffle(ulong seed)
    {
        var world = new VirtualWorld(seed);
        var order = new List<int>();
        for (var number = 0; number < 20; number++)
        {
            var value = number;
            world.CreateNode("n" + value).Post(() => order.Add(value));
        }

        world.RunFor(TimeSpan.FromSeconds(1));
        return (world.Fingerprint, string.Join(',', order));
    }
}
