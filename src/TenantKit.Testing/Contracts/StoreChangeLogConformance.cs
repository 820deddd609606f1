using TenantKit.Storage;
using TenantKit.Tenants;
using Xunit;

namespace TenantKit.Testing.Contracts;

/// <summary>What <see cref="IChangeLog"/> promises.</summary>
public abstract class StoreChangeLogConformance : TenantStoreConformance
{
    /// <summary>An empty store has revision 0 and no changes.</summary>
    [Fact]
    public async Task ReadAsync_EmptyStore_IsEmpty()
    {
        Assert.Equal(0, await Store.GetRevisionAsync(Stop));
        Assert.Empty(await Store.ReadAsync(0, 10, Stop));
    }

    /// <summary>A tenant, its status, instances and operations make one entry per commit; other records make none.</summary>
    [Fact]
    public async Task ReadAsync_AfterCommits_HasOneEntryPerTenantAndCommit()
    {
        var both = await PutAsync(TestRecords.Tenant("t1"), TestRecords.Status("t1"), TestRecords.Instance("i1", "t1"));
        await PutAsync(TestRecords.User("u1"), TestRecords.Ledger("t1"), TestRecords.Template("small"));
        var operation = await PutAsync(TestRecords.Operation("o1", "t1"), TestRecords.Operation("o2", "t1"));
        var status = await PutAsync(TestRecords.Status("t2"));
        var instance = await PutAsync(TestRecords.Instance("i3", "t3"));
        var gone = await Store.CommitAsync(
            new ChangeSet().Delete(TestRecords.Instance("i3", "t3") with { Revision = instance }), Stop);

        var changes = await Store.ReadAsync(0, 10, Stop);

        Assert.Equal([new(both, "t1"), new(operation, "t1"), new(status, "t2"), new(instance, "t3"), new(gone, "t3")], changes);
        Assert.Equal([new(gone, "t3")], await Store.ReadAsync(instance, 10, Stop));
        Assert.Empty(await Store.ReadAsync(gone, 10, Stop));
    }

    /// <summary>A limit never cuts the changes of one revision in two.</summary>
    [Fact]
    public async Task ReadAsync_LimitInsideARevision_CutsBeforeIt()
    {
        var first = await PutAsync(TestRecords.Tenant("t1"));
        var second = await PutAsync(TestRecords.Tenant("t2"), TestRecords.Tenant("t3"), TestRecords.Tenant("t4"));

        Assert.Equal([new(first, "t1")], await Store.ReadAsync(0, 2, Stop));
        Assert.Equal(["t2", "t3", "t4"], (await Store.ReadAsync(first, 2, Stop)).Select(static entry => entry.TenantId).Order());
        Assert.All(await Store.ReadAsync(first, 1, Stop), entry => Assert.Equal(second, entry.Revision));
        Assert.Equal(4, (await Store.ReadAsync(0, 4, Stop)).Count);
    }

    /// <summary>A follower sees every change once, in order of revision, however many commit at once.</summary>
    [Fact]
    public async Task ReadAsync_WhileManyCommit_SeesEachChangeOnceInOrder()
    {
        const int Writers = 20;
        const int Each = 10;
        var seen = new List<ChangeLogEntry>();
        var follower = Task.Run(async () =>
        {
            var after = 0L;
            while (seen.Count < Writers * Each)
            {
                await Store.WaitAsync(after, Stop);
                var changes = await Store.ReadAsync(after, 7, Stop);
                seen.AddRange(changes);
                after = changes.Count > 0 ? changes[^1].Revision : after;
            }
        }, Stop);

        var revisions = await AtOnceAsync(Writers, async writer =>
        {
            var mine = new List<ChangeLogEntry>();
            for (var number = 0; number < Each; number++)
            {
                var id = $"t{writer}-{number}";
                mine.Add(new ChangeLogEntry(await PutAsync(TestRecords.Tenant(id)), id));
            }

            return mine;
        });
        await follower.WaitAsync(TimeSpan.FromSeconds(30), Stop);

        Assert.Equal(revisions.SelectMany(static each => each).OrderBy(static entry => entry.Revision), seen);
        Assert.Equal(Writers * Each, seen.Select(static entry => entry.Revision).Distinct().Count());
    }

    /// <summary>A change that is there already ends the wait at once.</summary>
    [Fact]
    public async Task WaitAsync_ChangeIsThere_CompletesAtOnce()
    {
        var revision = await PutAsync(TestRecords.Tenant("t1"));

        await Store.WaitAsync(0, Stop).WaitAsync(TimeSpan.FromSeconds(30), Stop);
        await Store.WaitAsync(revision - 1, Stop).WaitAsync(TimeSpan.FromSeconds(30), Stop);
    }

    /// <summary>A commit wakes everybody who waits, and what it wrote can be read then.</summary>
    [Fact]
    public async Task WaitAsync_CommitComes_WakesAll()
    {
        var revision = await PutAsync(TestRecords.Tenant("t1"));
        var waits = Enumerable.Range(0, 10).Select(async _ =>
        {
            await Store.WaitAsync(revision, Stop);
            return await Store.ReadAsync(revision, 10, Stop);
        }).ToList();
        Assert.All(waits, static wait => Assert.False(wait.IsCompleted));

        var next = await PutAsync(TestRecords.Tenant("t2"));

        foreach (var seen in await Task.WhenAll(waits).WaitAsync(TimeSpan.FromSeconds(30), Stop))
        {
            Assert.Equal([new(next, "t2")], seen);
        }
    }

    /// <summary>A commit that adds no change ends no wait, also when the store is opened again after it: a follower would turn in circles.</summary>
    [Fact]
    public async Task WaitAsync_OpenedAgainAfterALease_Waits()
    {
        var newest = await PutAsync(TestRecords.Tenant("t1"));
        await PutAsync(TestRecords.Lease("shard-1"));
        await Store.InitializeAsync(Stop);

        var wait = Store.WaitAsync(newest, Stop);
        Assert.False(wait.IsCompleted);

        await PutAsync(TestRecords.Tenant("t2"));
        await wait.WaitAsync(TimeSpan.FromSeconds(30), Stop);
    }

    /// <summary>The wait ends when it is cancelled, also when it was before.</summary>
    [Fact]
    public async Task WaitAsync_Cancelled_Ends()
    {
        using var cancellation = new CancellationTokenSource();
        var wait = Store.WaitAsync(0, cancellation.Token);
        Assert.False(wait.IsCompleted);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait.WaitAsync(TimeSpan.FromSeconds(30), Stop));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.WaitAsync(0, cancellation.Token));
    }

    /// <summary>An acknowledged commit is seen by every read that starts afterwards.</summary>
    [Fact]
    public async Task CommitAsync_Acknowledged_IsSeenByEveryLaterRead()
    {
        await AtOnceAsync(16, async writer =>
        {
            for (var number = 0; number < 10; number++)
            {
                var id = $"t{writer}-{number}";
                var revision = await PutAsync(TestRecords.Tenant(id), TestRecords.Status(id, TenantPhase.Running));
                Assert.Equal(revision, (await Store.FindTenantAsync(id, Stop))!.Revision);
                Assert.Equal(revision, (await Store.LoadStateAsync(id, Stop))!.Status.Revision);
                Assert.True(await Store.GetRevisionAsync(Stop) >= revision);
            }

            return true;
        });
    }
}
