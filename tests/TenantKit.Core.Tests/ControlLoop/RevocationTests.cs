using TenantKit.Reconciliation.Sweeping;
using TenantKit.Routing;
using TenantKit.Storage;
using TenantKit.Testing;
using TenantKit.Users;

namespace TenantKit.Core.Tests.ControlLoop;

public sealed class RevocationTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Watch_AfterARevocationWasCommitted_BringsItWithinASecond()
    {
        await using var plane = await ControlPlaneHarness.StartAsync();
        var feed = plane.Get<IRouteFeed>();
        var list = await feed.ListAsync(Stop);
        await using var batches = feed.WatchAsync(list.Revision, Stop).GetAsyncEnumerator(Stop);
        var next = NextAsync(batches);
        var began = plane.Time.GetUtcNow();

        var revision = await RevokeAsync(plane, "r1", TimeSpan.FromHours(1));

        await plane.UntilAsync(() => Task.FromResult(next.IsCompleted));
        Assert.InRange(plane.Time.GetUtcNow() - began, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        var batch = await next;
        Assert.Equal((revision, "r1", revision), (batch.Revision, Assert.Single(batch.Revocations).Id, batch.Revocations[0].Revision));
        Assert.Equal("r1", Assert.Single((await feed.ListAsync(Stop)).Revocations).Id);
    }

    [Fact]
    public async Task Start_OverAStoreWithRevocations_ListsThem()
    {
        await using var first = await ControlPlaneHarness.StartAsync();
        await RevokeAsync(first, "r1", TimeSpan.FromHours(1));

        await using var second = await ControlPlaneHarness.StartAsync(store: first.Store, time: first.Time);

        Assert.Equal("r1", Assert.Single((await second.Get<IRouteFeed>().ListAsync(Stop)).Revocations).Id);
    }

    [Fact]
    public async Task Sweep_AfterTheLastTokenEnded_RemovesTheRevocationAtEveryReplica()
    {
        await using var first = await ControlPlaneHarness.StartAsync(static options => options.ResyncInterval = TimeSpan.FromHours(1));
        await using var second = await ControlPlaneHarness.StartAsync(static options => options.ResyncInterval = TimeSpan.FromHours(1), store: first.Store, time: first.Time);
        await RevokeAsync(first, "r1", TimeSpan.FromSeconds(100));
        await RevokeAsync(first, "r2", TimeSpan.FromDays(1));
        foreach (var plane in new[] { first, second })
        {
            await plane.UntilAsync(async () => (await plane.Get<IRouteFeed>().ListAsync(Stop)).Revocations.Count == 2);
        }

        first.Time.Advance(TimeSpan.FromSeconds(101));
        await first.Get<Sweeper>().SweepAsync(Stop);
        await second.Get<Sweeper>().SweepAsync(Stop);

        Assert.Equal("r2", Assert.Single(await first.Store.ListRevocationsAsync(0, Stop)).Id);
        Assert.Equal("r2", Assert.Single((await first.Get<IRouteFeed>().ListAsync(Stop)).Revocations).Id);
        Assert.Equal("r2", Assert.Single((await second.Get<IRouteFeed>().ListAsync(Stop)).Revocations).Id);
    }

    // Batches without news may come before.
    private static async Task<RouteList> NextAsync(IAsyncEnumerator<RouteList> batches)
    {
        do
        {
            Assert.True(await batches.MoveNextAsync());
        }
        while (batches.Current.Revocations.Count == 0);
        return batches.Current;
    }

    private static Task<long> RevokeAsync(ControlPlaneHarness plane, string id, TimeSpan lifetime)
    {
        Revocation revocation = TestRecords.Revocation(id, "u1") with { ExpiresAt = plane.Time.GetUtcNow() + lifetime };
        return plane.Store.CommitAsync(new ChangeSet().Put(revocation), Stop);
    }
}
