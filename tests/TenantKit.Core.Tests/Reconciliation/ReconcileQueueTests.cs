using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using TenantKit.Leases;
using TenantKit.Management;
using TenantKit.Reconciliation.Queue;
using TenantKit.Tenants;

namespace TenantKit.Core.Tests.Reconciliation;

public sealed class ReconcileQueueTests
{
    private readonly FakeTimeProvider time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Take_AfterMixedAdds_ServesPeopleThenWakesThenBackground()
    {
        using var queue = new ReconcileQueue(time);
        queue.Add("background", IntentOrigin.Background);
        queue.Add("wake", IntentOrigin.Wake);
        queue.Add("human", IntentOrigin.Human);
        queue.Add("raised", IntentOrigin.Background);
        queue.Add("raised", IntentOrigin.Human);

        var order = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            order.Add(await queue.TakeAsync(Token));
        }

        Assert.Equal(["human", "raised", "wake", "background"], order);
    }

    [Fact]
    public async Task Add_WhileTheKeyIsWorkedOn_GivesItOutOnceMoreAfterwards()
    {
        using var queue = new ReconcileQueue(time);
        queue.Add("a", IntentOrigin.Human);
        Assert.Equal("a", await queue.TakeAsync(Token));
        queue.Add("a", IntentOrigin.Human);
        queue.Add("a", IntentOrigin.Human);
        var second = queue.TakeAsync(Token);
        Assert.False(second.IsCompleted);

        queue.Done("a");

        Assert.Equal("a", await second);
        queue.Done("a");
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public async Task AddAfter_SeveralDelays_TheEarliestCounts()
    {
        using var queue = new ReconcileQueue(time);
        queue.AddAfter("a", TimeSpan.FromSeconds(10));
        queue.AddAfter("a", TimeSpan.FromSeconds(2));
        var take = queue.TakeAsync(Token);

        time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(take.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.2));

        Assert.Equal("a", await take);
        queue.Done("a");
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public async Task Workers_OnRandomKeys_NeverShareOneAndLoseNone()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var queue = new ReconcileQueue(time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var wanted = new int[20];
        var done = new int[20];
        var working = new int[20];
        var workers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            try
            {
                while (true)
                {
                    var key = await queue.TakeAsync(stop.Token);
                    var i = int.Parse(key);
                    Assert.Equal(1, Interlocked.Increment(ref working[i]));
                    Volatile.Write(ref done[i], Volatile.Read(ref wanted[i]));
                    await Task.Yield();
                    Interlocked.Decrement(ref working[i]);
                    queue.Done(key);
                }
            }
            catch (OperationCanceledException)
            {
            }
        })).ToArray();

        for (var i = 0; i < 5_000; i++)
        {
            var key = random.Next(20);
            Interlocked.Increment(ref wanted[key]);
            queue.Add(key.ToString(), (IntentOrigin)random.Next(3));
        }

        while (queue.Count > 0 && !workers.Any(worker => worker.IsFaulted))
        {
            await Task.Delay(1, Token);
        }

        await stop.CancelAsync();
        await Task.WhenAll(workers);
        Assert.Equal(wanted, done);
    }

    [Fact]
    public void StartLimiter_FullHouse_LetsPeopleAheadOfWaitingBackground()
    {
        using var queue = new ReconcileQueue(time);
        var limiter = new StartLimiter(Options.Create(new TenantKitOptions { MaxConcurrentStarts = 1 }), new ShardLeases(time), queue, time);
        Assert.True(limiter.TryEnter("first", IntentOrigin.Background));
        Assert.False(limiter.TryEnter("background", IntentOrigin.Background));
        Assert.False(limiter.TryEnter("human", IntentOrigin.Human));
        Assert.Equal(1, limiter.GetPosition("human"));
        Assert.Equal(2, limiter.GetPosition("background"));

        limiter.Leave("first");

        Assert.False(limiter.TryEnter("background", IntentOrigin.Background));
        Assert.True(limiter.TryEnter("human", IntentOrigin.Human));
        Assert.True(limiter.TryEnter("human", IntentOrigin.Human));
    }

    [Fact]
    public async Task StartLimiter_CalledOneThatLeavesWithoutEntering_CallsTheNext()
    {
        using var queue = new ReconcileQueue(time);
        var limiter = new StartLimiter(Options.Create(new TenantKitOptions { MaxConcurrentStarts = 1 }), new ShardLeases(time), queue, time);
        Assert.True(limiter.TryEnter("first", IntentOrigin.Human));
        Assert.False(limiter.TryEnter("second", IntentOrigin.Human));
        Assert.False(limiter.TryEnter("third", IntentOrigin.Human));
        limiter.Leave("first");
        Assert.Equal("second", await queue.TakeAsync(Token));

        limiter.Leave("second");

        Assert.Equal("third", await queue.TakeAsync(Token));
        Assert.True(limiter.TryEnter("third", IntentOrigin.Human));
    }

    [Fact]
    public async Task StartLimiter_BoundThatGrows_CallsWhoWaits()
    {
        using var queue = new ReconcileQueue(time);
        var leases = new ShardLeases(time);
        var limiter = new StartLimiter(Options.Create(new TenantKitOptions { MaxConcurrentStarts = 2 }), leases, queue, time);
        Assert.True(limiter.TryEnter("first", IntentOrigin.Human));
        Assert.False(limiter.TryEnter("second", IntentOrigin.Human));
        for (var shard = 0; shard < Shards.Count; shard++)
        {
            leases.Take(shard, token: 1);
        }

        limiter.Reconsider();

        Assert.Equal("second", await queue.TakeAsync(Token));
    }

    [Fact]
    public void StartLimiter_AfterStarts_TellsWhenTheNextWillHaveStarted()
    {
        using var queue = new ReconcileQueue(time);
        var limiter = new StartLimiter(Options.Create(new TenantKitOptions { MaxConcurrentStarts = 1 }), new ShardLeases(time), queue, time);
        Assert.True(limiter.TryEnter("first", IntentOrigin.Human));
        Assert.Equal((0, null), (limiter.GetOutlook("first").Position, limiter.GetOutlook("first").Expected));
        time.Advance(TimeSpan.FromSeconds(10));
        limiter.Leave("first");
        Assert.True(limiter.TryEnter("second", IntentOrigin.Human));
        Assert.False(limiter.TryEnter("third", IntentOrigin.Human));
        time.Advance(TimeSpan.FromSeconds(4));

        // Six seconds are left of the second's start, but a start before it counts whole: nobody knows better.
        Assert.Equal(new StartOutlook(0, TimeSpan.FromSeconds(6)), limiter.GetOutlook("second"));
        Assert.Equal(new StartOutlook(1, TimeSpan.FromSeconds(20)), limiter.GetOutlook("third"));
        Assert.Equal(new StartOutlook(2, TimeSpan.FromSeconds(30)), limiter.GetOutlook("not asked for yet"));
    }

    [Fact]
    public void StartLimiter_PartOfTheShares_IsPartOfTheBound()
    {
        using var queue = new ReconcileQueue(time);
        var leases = new ShardLeases(time);
        var limiter = new StartLimiter(Options.Create(new TenantKitOptions { MaxConcurrentStarts = 16 }), leases, queue, time);
        Assert.Equal(1, limiter.Limit);

        for (var shard = 0; shard < Shards.Count / 4; shard++)
        {
            leases.Take(shard, token: 1);
        }

        Assert.Equal(4, limiter.Limit);
    }

    [Fact]
    public void StartLimiter_FoundStarting_KeepsItsPlaceAndBlocksOthers()
    {
        using var queue = new ReconcileQueue(time);
        var limiter = new StartLimiter(Options.Create(new TenantKitOptions { MaxConcurrentStarts = 1 }), new ShardLeases(time), queue, time);
        limiter.Keep("found");
        limiter.Keep("another");

        Assert.False(limiter.TryEnter("new", IntentOrigin.Human));
        Assert.False(limiter.TryEnter("found", IntentOrigin.Background));
        Assert.True(limiter.TryEnter("another", IntentOrigin.Background));
        limiter.Leave("another");
        Assert.True(limiter.TryEnter("new", IntentOrigin.Human));
    }
}
