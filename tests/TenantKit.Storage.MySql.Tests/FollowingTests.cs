using TenantKit.Storage.MySql.Tests.Servers;
using TenantKit.Testing;

namespace TenantKit.Storage.MySql.Tests;

/// <summary>Several stores on one database, as several replicas have it.</summary>
public sealed class FollowingTests : IDisposable
{
    private readonly TestDatabase database = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => database.Dispose();

    [Fact]
    public async Task WaitAsync_AnotherReplicaCommits_Wakes()
    {
        await using var one = database.Store();
        await using var other = database.Store();
        await one.InitializeAsync(Stop);
        await other.InitializeAsync(Stop);
        var wait = other.WaitAsync(0, Stop);
        Assert.False(wait.IsCompleted);

        await one.CommitAsync(new ChangeSet().Put(TestRecords.Tenant("t1")), Stop);

        await wait.WaitAsync(TimeSpan.FromSeconds(10), Stop);
        Assert.Equal([new(1, "t1")], await other.ReadAsync(0, 10, Stop));
    }

    /// <summary>A follower that always goes on from the newest revision it saw gets every change, whoever committed it: none becomes visible behind another.</summary>
    [Fact]
    public async Task ReadAsync_ManyReplicasCommit_SkipsNoRevision()
    {
        const int Replicas = 4;
        const int Each = 60;
        var stores = Enumerable.Range(0, Replicas).Select(_ => database.Store()).ToList();
        foreach (var store in stores)
        {
            await store.InitializeAsync(Stop);
        }

        await using var follower = database.Store();
        await follower.InitializeAsync(Stop);
        var following = Task.Run(async () =>
        {
            var seen = new List<ChangeLogEntry>();
            while (seen.Count < Replicas * Each)
            {
                seen.AddRange(await follower.ReadAsync(seen.Count == 0 ? 0 : seen[^1].Revision, 5, Stop));
            }

            return seen;
        });
        await Task.WhenAll(stores.Select((store, index) => Task.Run(async () =>
        {
            for (var number = 0; number < Each; number++)
            {
                await store.CommitAsync(new ChangeSet().Put(TestRecords.Tenant($"t{index}-{number}")), Stop);
            }
        })));

        var all = await following.WaitAsync(TimeSpan.FromSeconds(30), Stop);

        Assert.Equal(Enumerable.Range(1, Replicas * Each).Select(static revision => (long)revision), all.Select(static change => change.Revision));
        foreach (var store in stores)
        {
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task CommitAsync_ReplicasTakeOneLease_OneWinsEachRound()
    {
        var stores = Enumerable.Range(0, 3).Select(_ => database.Store()).ToList();
        await stores[0].InitializeAsync(Stop);
        await stores[0].CommitAsync(new ChangeSet().Put(TestRecords.Lease("shard-1", token: 0)), Stop);
        for (var round = 1; round <= 20; round++)
        {
            var read = Assert.Single(await stores[0].ListLeasesAsync(Stop));
            var won = await Task.WhenAll(stores.Select(async (store, index) =>
            {
                try
                {
                    await store.CommitAsync(new ChangeSet().Put(read with { Holder = $"r{index}", Token = read.Token + 1 }), Stop);
                    return true;
                }
                catch (RevisionConflictException)
                {
                    return false;
                }
            }));

            Assert.Single(won, static each => each);
            Assert.Equal((round, $"r{Array.IndexOf(won, true)}"), ((int)(await stores[0].ListLeasesAsync(Stop))[0].Token, (await stores[1].ListLeasesAsync(Stop))[0].Holder));
        }

        foreach (var store in stores)
        {
            await store.DisposeAsync();
        }
    }
}
