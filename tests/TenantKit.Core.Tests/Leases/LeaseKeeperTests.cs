using Microsoft.Extensions.Time.Testing;
using TenantKit.Control;
using TenantKit.Leases;
using TenantKit.Storage;
using TenantKit.Storage.InMemory;

namespace TenantKit.Core.Tests.Leases;

/// <summary>Replicas whose lives are told by rows of the store.</summary>
public sealed class StoreLeaseKeeperTests : LeaseKeeperTests
{
    private protected override IReplicaRoll? NewRoll() => null;
}

/// <summary>Replicas whose lives are told elsewhere.</summary>
public sealed class RollLeaseKeeperTests : LeaseKeeperTests
{
    private readonly MemoryRoll.Entries entries = new();

    private protected override IReplicaRoll NewRoll() => new MemoryRoll(entries);

    [Fact]
    public async Task Renew_NothingChanges_WritesNothingToTheStore()
    {
        var one = New("one");
        await one.RenewAsync();
        var before = await Store.GetRevisionAsync(Token);

        await one.RenewAsync();

        Assert.Equal(before, await Store.GetRevisionAsync(Token));
        Assert.DoesNotContain(await Store.ListLeasesAsync(Token), static row => row.Name.StartsWith("replica/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Renew_HolderRenewsWhileItIsTakenForGone_KeepsItsShares()
    {
        var (one, two) = (New("one"), New("two"));
        await one.RenewAsync();
        await two.RenewAsync();
        Time.Advance(LeaseTime);
        entries.BeforeRemoval = async () =>
        {
            entries.BeforeRemoval = null;
            await one.RenewAsync();
        };

        await two.RenewAsync();

        Assert.True(one.Shards.Held > 0);
        Assert.Equal(one.Shards.Held + two.Shards.Held, one.Held.Concat(two.Held).Distinct().Count());
    }

    [Fact]
    public async Task Renew_RemovedFromTheRollBeforeTheTakingFailed_TakesItsSharesWithNewTokens()
    {
        var one = New("one");
        await one.RenewAsync();
        Assert.True(one.Shards.TryEnter(Tenant, out var old));
        entries.Remove("one");

        await one.RenewAsync();

        Assert.False(one.Shards.IsValid(Tenant, old));
        Assert.True(one.Shards.TryEnter(Tenant, out var fence));
        Assert.True(fence.Token > old.Token);
    }

    [Fact]
    public async Task Renew_RollIsAway_StopsActingBeforeOthersMayTake()
    {
        var (one, two) = (New("one"), New("two"));
        await one.RenewAsync();
        await two.RenewAsync();
        entries.IsAway = true;

        await Assert.ThrowsAsync<IOException>(one.RenewAsync);
        Time.Advance(LeaseTime * 2 / 3);

        Assert.False(one.TryEnter(Tenant));
        entries.IsAway = false;
        await two.RenewAsync();
        Assert.Equal(0, two.Shards.Held);
    }

    [Fact]
    public async Task Release_OrderlyStop_LeavesTheRoll()
    {
        var one = New("one");
        await one.RenewAsync();

        await one.ReleaseAsync();

        Assert.Empty(entries.Names);
    }
}

public abstract class LeaseKeeperTests
{
    private protected const string Tenant = "01aaaaaaaaaaaaaaaaaaaaaaaa";
    private protected static readonly TimeSpan LeaseTime = new TenantKitOptions().LeaseTime;
    private readonly FakeTimeProvider time = new();
    private readonly InMemoryTenantStore store = new();

    [Fact]
    public async Task Renew_OnlyReplica_HoldsEverythingAtOnce()
    {
        var one = New("one");

        await one.RenewAsync();

        Assert.Equal(Shards.Count, one.Shards.Held);
        Assert.True(one.Shards.TryEnter(Tenant, out var fence));
        await store.CommitAsync(new ChangeSet().Require(fence).Put(new Lease { Name = "other", RenewedAt = time.GetUtcNow() }), Token);
    }

    [Fact]
    public async Task Renew_OfSeveralReplicas_KeepsTheEpochAlsoOverARestart()
    {
        var (one, two) = (New("one"), New("two"));
        await one.RenewAsync();
        await two.RenewAsync();
        var restarted = New("one");
        await restarted.RenewAsync();

        Assert.NotNull(one.Epoch.Current);
        Assert.Equal(one.Epoch.Current, two.Epoch.Current);
        Assert.Equal(one.Epoch.Current, restarted.Epoch.Current);
    }

    [Fact]
    public async Task Renew_AGatewayKnowsWhatTheStoreDoesNot_BeginsAnEpochThatAllReplicasTell()
    {
        var (one, two) = (New("one"), New("two"));
        await one.RenewAsync();
        await two.RenewAsync();
        var before = one.Epoch.Current;
        one.Activity.Take(new ActivityReport("g", 1_000, [], IsFull: true) { Epoch = before });

        await one.RenewAsync();
        await one.RenewAsync();
        var after = one.Epoch.Current;
        await one.RenewAsync();
        await two.RenewAsync();

        Assert.NotEqual(before, after);
        Assert.Equal((after, after), (one.Epoch.Current, two.Epoch.Current));
    }

    [Fact]
    public async Task Renew_AGatewayOfAnotherEpochIsAhead_ProvesNothing()
    {
        var one = New("one");
        await one.RenewAsync();
        var before = one.Epoch.Current;
        one.Activity.Take(new ActivityReport("g", 1_000, [], IsFull: true) { Epoch = "of an older life" });

        await one.RenewAsync();
        await one.RenewAsync();

        Assert.Equal(before, one.Epoch.Current);
    }

    [Fact]
    public async Task Renew_AnotherComes_SharesAreDividedAndNeverHeldTwice()
    {
        var replicas = new List<Replica>();
        foreach (var name in new[] { "one", "two", "three" })
        {
            replicas.Add(New(name));
            for (var round = 0; round < 4; round++)
            {
                foreach (var replica in replicas)
                {
                    await replica.RenewAsync();
                    Assert.Equal(replicas.Sum(each => each.Shards.Held), replicas.SelectMany(each => each.Held).Distinct().Count());
                }

                time.Advance(LeaseTime / 5);
            }
        }

        Assert.Equal(Shards.Count, replicas.Sum(replica => replica.Shards.Held));
        Assert.All(replicas, replica => Assert.InRange(replica.Shards.Held, Shards.Count / 3 / 2, Shards.Count / 3 * 2));
    }

    [Fact]
    public async Task Renew_HolderSilentForTheLeaseTime_IsTakenOverAndItsTokensAreVoid()
    {
        var (one, two) = (New("one"), New("two"));
        await one.RenewAsync();
        Assert.True(one.Shards.TryEnter(Tenant, out var late));
        await two.RenewAsync();
        Assert.Equal(0, two.Shards.Held);

        time.Advance(LeaseTime - TimeSpan.FromMilliseconds(1));
        await two.RenewAsync();
        Assert.Equal(0, two.Shards.Held);
        time.Advance(TimeSpan.FromMilliseconds(1));
        await two.RenewAsync();

        Assert.Equal(Shards.Count, two.Shards.Held);
        Assert.False(one.TryEnter(Tenant));
        Assert.False(one.Shards.IsValid(Tenant, late));
        var error = await Assert.ThrowsAsync<LeaseLostException>(() =>
            store.CommitAsync(new ChangeSet().Require(late).Put(new Lease { Name = "other", RenewedAt = time.GetUtcNow() }), Token));
        Assert.Equal(late.Token, error.Token);
        Assert.True(two.Shards.TryEnter(Tenant, out var fence));
        Assert.True(fence.Token > late.Token);
    }

    [Fact]
    public async Task Run_HolderDiesAtAnyMoment_IsTakenOverWithinOnePointTwoLeaseTimes()
    {
        var step = LeaseTime / 300;
        for (var phase = 0; phase < 100; phase++)
        {
            var (one, two) = (New($"one-{phase}"), New($"two-{phase}"));
            await one.RenewAsync();
            using var end = new CancellationTokenSource();
            var run = Task.CompletedTask;
            await Task.Run(() => { run = two.RunAsync(end.Token); }, Token); // without a context, so that it goes on where time is advanced
            for (var steps = 0; steps < phase; steps++)
            {
                time.Advance(step);
            }

            await one.RenewAsync(); // its last act
            var died = time.GetTimestamp();
            while (two.Shards.Held < Shards.Count)
            {
                Assert.InRange(time.GetElapsedTime(died), TimeSpan.Zero, LeaseTime * 1.2);
                time.Advance(step);
            }

            Assert.InRange(time.GetElapsedTime(died), LeaseTime - step, LeaseTime * 1.2);
            await end.CancelAsync();
            await run;
            await two.ReleaseAsync();
        }
    }

    [Fact]
    public async Task TryEnter_NotRenewedForTwoThirds_IsRefusedUntilRenewed()
    {
        var one = New("one");
        await one.RenewAsync();
        time.Advance((LeaseTime * 2 / 3) - TimeSpan.FromMilliseconds(1));
        Assert.True(one.TryEnter(Tenant));
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(one.TryEnter(Tenant));

        await one.RenewAsync();

        Assert.True(one.TryEnter(Tenant));
    }

    [Fact]
    public async Task Renew_SameNameAfterACrash_TakesItsSharesAtOnceWithNewTokens()
    {
        var before = New("one");
        await before.RenewAsync();
        Assert.True(before.Shards.TryEnter(Tenant, out var old));

        var after = New("one");
        await after.RenewAsync();

        Assert.Equal(Shards.Count, after.Shards.Held);
        Assert.True(after.Shards.TryEnter(Tenant, out var fence));
        Assert.True(fence.Token > old.Token);
    }

    [Fact]
    public async Task Renew_SameNameAfterACrashWithOthersAround_GivesUpWhatFallsToThem()
    {
        var (before, other) = (New("one"), New("two"));
        await before.RenewAsync();

        var after = New("one");
        await other.RenewAsync();
        await after.RenewAsync();
        await other.RenewAsync();

        Assert.Equal(Shards.Count, after.Shards.Held + other.Shards.Held);
        Assert.InRange(other.Shards.Held, 1, Shards.Count - 1);
    }

    [Fact]
    public async Task Release_OrderlyStop_LetsOthersTakeWithoutWaiting()
    {
        var (one, two) = (New("one"), New("two"));
        await one.RenewAsync();
        await two.RenewAsync();

        await one.ReleaseAsync();
        await two.RenewAsync();

        Assert.Equal(0, one.Shards.Held);
        Assert.Equal(Shards.Count, two.Shards.Held);
    }

    [Fact]
    public async Task Renew_ShareThatIsWorkedOn_IsGivenBackAfterTheWork()
    {
        var (one, two) = (New("one"), New("two"));
        await one.RenewAsync();
        var busy = Enumerable.Range(0, Shards.Count).ToDictionary(static shard => shard, static shard =>
            Enumerable.Range(0, 10_000).Select(static number => "tenant" + number).First(id => Shards.Of(id) == shard));
        Assert.All(busy.Values, id => Assert.True(one.TryEnter(id)));

        await two.RenewAsync();
        await one.RenewAsync();
        Assert.Equal(Shards.Count, one.Shards.Held);
        var yielding = busy.Values.Where(id => !one.TryEnter(id)).ToList();
        Assert.InRange(yielding.Count, 1, Shards.Count - 1);

        yielding.ForEach(one.Shards.Leave);
        await one.RenewAsync();
        await two.RenewAsync();

        Assert.Equal(Shards.Count - yielding.Count, one.Shards.Held);
        Assert.All(yielding, id => Assert.True(two.TryEnter(id)));
    }

    private protected FakeTimeProvider Time => time;

    private protected InMemoryTenantStore Store => store;

    private protected abstract IReplicaRoll? NewRoll();

    private protected Replica New(string name) => new(name, store, time, NewRoll());

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;
}
