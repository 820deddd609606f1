using TenantKit.Storage;
using TenantKit.Tenants;
using Xunit;

namespace TenantKit.Testing.Contracts;

/// <summary>What <see cref="ILeaseReader"/> and <see cref="ChangeSet.Require"/> promise.</summary>
public abstract class StoreLeaseConformance : TenantStoreConformance
{
    private const string Name = "shard-1";

    /// <summary>Every member of a lease comes back, with the revision of its commit; a lease that nobody holds has no holder.</summary>
    [Fact]
    public async Task ListLeasesAsync_AfterCommits_GivesEveryMember()
    {
        Assert.Empty(await Store.ListLeasesAsync(Stop));
        var taken = await PutAsync(TestRecords.Lease(Name));
        Assert.Equal([TestRecords.Lease(Name) with { Revision = taken }], await Store.ListLeasesAsync(Stop));

        var free = await PutAsync(TestRecords.Lease(Name) with { Holder = null, Token = long.MaxValue, Revision = taken });
        var lease = Assert.Single(await Store.ListLeasesAsync(Stop));
        Assert.Equal((null, long.MaxValue, free), (lease.Holder, lease.Token, lease.Revision));

        await Store.CommitAsync(new ChangeSet().Delete(lease), Stop);
        Assert.Empty(await Store.ListLeasesAsync(Stop));
    }

    /// <summary>Leases come in ordinal order of name, whatever the order of their commits.</summary>
    [Fact]
    public async Task ListLeasesAsync_Several_AreInOrderOfName()
    {
        await PutAsync(TestRecords.Lease("shard-2"), TestRecords.Lease("shard-10"));
        await PutAsync(TestRecords.Lease("shard.1"), TestRecords.Lease("a"), TestRecords.Lease("shard"));

        Assert.Equal(
            ["a", "shard", "shard-10", "shard-2", "shard.1"], (await Store.ListLeasesAsync(Stop)).Select(static lease => lease.Name));
    }

    /// <summary>Of many that take a lease at once exactly one gets it, the first time as every other time.</summary>
    [Fact]
    public async Task CommitAsync_ManyTakeOneLease_OneWinsEachRound()
    {
        for (var round = 1; round <= 10; round++)
        {
            var read = (await Store.ListLeasesAsync(Stop)).SingleOrDefault() ?? TestRecords.Lease(Name, token: 0);

            var outcomes = await AtOnceAsync(20, number => TryAsync(
                new ChangeSet().Put(read with { Holder = $"replica-{number}", Token = read.Token + 1 })));

            var lease = Assert.Single(await Store.ListLeasesAsync(Stop));
            Assert.Equal(19, outcomes.Count(static outcome => outcome is RevisionConflictException));
            Assert.Equal(($"replica-{Array.FindIndex(outcomes, static outcome => outcome is null)}", round), (lease.Holder, lease.Token));
        }
    }

    /// <summary>A set under the current token commits, and leaves the lease as it is.</summary>
    [Fact]
    public async Task CommitAsync_CurrentToken_Commits()
    {
        var taken = await PutAsync(TestRecords.Lease(Name, token: 3), TestRecords.Lease("other", token: 8));

        var revision = await Store.CommitAsync(
            new ChangeSet().Require(new Fence(Name, 3)).Require(new Fence("other", 8)).Put(TestRecords.Tenant("t1")).Record(TestRecords.Audit("a1")), Stop);

        Assert.Equal(revision, (await Store.FindTenantAsync("t1", Stop))!.Revision);
        Assert.Equal(["a1"], await AuditAsync());
        Assert.All(await Store.ListLeasesAsync(Stop), lease => Assert.Equal(taken, lease.Revision));
    }

    /// <summary>A set under any other token leaves nothing: no record, no audit row, no change, no revision; and says which lease was lost.</summary>
    /// <param name="token">The token.</param>
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task CommitAsync_OtherToken_LeavesNothing(long token)
    {
        var before = await PutAsync(TestRecords.Lease(Name, token: 3), TestRecords.Lease("other", token: token), TestRecords.Tenant("t1"));
        var tenant = (await Store.FindTenantAsync("t1", Stop))!;

        var exception = await Assert.ThrowsAsync<LeaseLostException>(() => Store.CommitAsync(
            Work(tenant).Require(new Fence("other", token)).Require(new Fence(Name, token)), Stop));

        Assert.Equal((Name, token), (exception.LeaseName, exception.Token));
        await AssertNothingAsync(tenant, before);
        await Assert.ThrowsAsync<LeaseLostException>(
            () => Store.CommitAsync(new ChangeSet().Record(TestRecords.Audit("a2")).Require(new Fence(Name, token)), Stop));
        Assert.Empty(await AuditAsync());
    }

    /// <summary>A lease that does not exist, or no longer does, is held by nobody: not even token 0 passes.</summary>
    [Fact]
    public async Task CommitAsync_MissingLease_IsRefused()
    {
        var taken = await PutAsync(TestRecords.Lease(Name, token: 3));
        await Store.CommitAsync(new ChangeSet().Delete(TestRecords.Lease(Name, token: 3) with { Revision = taken }), Stop);
        var before = await PutAsync(TestRecords.Tenant("t1"));
        var tenant = (await Store.FindTenantAsync("t1", Stop))!;

        await Assert.ThrowsAsync<LeaseLostException>(() => Store.CommitAsync(Work(tenant).Require(new Fence(Name, 3)), Stop));
        await Assert.ThrowsAsync<LeaseLostException>(() => Store.CommitAsync(Work(tenant).Require(new Fence("never", 0)), Stop));

        await AssertNothingAsync(tenant, before);
    }

    /// <summary>A set that writes the lease which it requires is judged by the token from before the write.</summary>
    [Fact]
    public async Task CommitAsync_WritesTheLeaseItRequires_IsJudgedByTheTokenBefore()
    {
        await PutAsync(TestRecords.Lease(Name, token: 3));
        var read = Assert.Single(await Store.ListLeasesAsync(Stop));
        var next = new ChangeSet().Put(read with { Token = 4 });

        await Assert.ThrowsAsync<LeaseLostException>(() => Store.CommitAsync(new ChangeSet().Require(new Fence(Name, 4)).Include(next), Stop));
        await Assert.ThrowsAsync<LeaseLostException>(() => Store.CommitAsync(new ChangeSet().Include(next).Require(new Fence(Name, 4)), Stop));
        Assert.Equal(read, Assert.Single(await Store.ListLeasesAsync(Stop)));

        await Store.CommitAsync(new ChangeSet().Include(next).Require(new Fence(Name, 3)), Stop);
        Assert.Equal(4, Assert.Single(await Store.ListLeasesAsync(Stop)).Token);
        await Assert.ThrowsAsync<LeaseLostException>(
            () => Store.CommitAsync(new ChangeSet().Put(TestRecords.Lease("new", token: 1)).Require(new Fence("new", 1)), Stop));
    }

    /// <summary>A lost lease is told before a stale record: who lost it must not try again.</summary>
    [Fact]
    public async Task CommitAsync_LostLeaseAndStaleRecord_TellsTheLease()
    {
        var taken = await PutAsync(TestRecords.Lease(Name, token: 3));

        await Assert.ThrowsAsync<LeaseLostException>(() => Store.CommitAsync(
            new ChangeSet().Put(TestRecords.Tenant("t1") with { Revision = taken }).Require(new Fence(Name, 2)), Stop));
    }

    /// <summary>A set that only requires has nothing to commit.</summary>
    [Fact]
    public async Task CommitAsync_NothingButFences_KeepsTheRevision()
    {
        var revision = await PutAsync(TestRecords.Lease(Name, token: 3));

        Assert.Equal(revision, await Store.CommitAsync(new ChangeSet().Require(new Fence(Name, 3)), Stop));
        Assert.Equal(revision, await Store.CommitAsync(new ChangeSet().Require(new Fence(Name, 2)), Stop));
    }

    /// <summary>A lease is no change of a tenant.</summary>
    [Fact]
    public async Task CommitAsync_Lease_MakesNoChange()
    {
        await PutAsync(TestRecords.Lease(Name));
        var lease = Assert.Single(await Store.ListLeasesAsync(Stop));
        await Store.CommitAsync(new ChangeSet().Delete(lease).Require(new Fence(Name, lease.Token)), Stop);

        Assert.Empty(await Store.ReadAsync(0, 10, Stop));
    }

    /// <summary>Those that lost a lease do not harm those that commit at the same time.</summary>
    [Fact]
    public async Task CommitAsync_LostLeasesAmongOthers_OnlyTheyFail()
    {
        await PutAsync(TestRecords.Lease(Name, token: 3));

        var outcomes = await AtOnceAsync(60, number => TryAsync(number % 3 == 1
            ? new ChangeSet().Put(TestRecords.Tenant($"t{number}"))
            : new ChangeSet().Put(TestRecords.Tenant($"t{number}")).Require(new Fence(Name, number % 3 == 0 ? 2 : 3))));

        for (var number = 0; number < outcomes.Length; number++)
        {
            Assert.Equal(number % 3 == 0, outcomes[number] is LeaseLostException);
            Assert.Equal(number % 3 == 0, await Store.FindTenantAsync($"t{number}", Stop) is null);
        }
    }

    /// <summary>Once another took the lease, nothing of the holder before it commits, whatever was under way.</summary>
    [Fact]
    public async Task CommitAsync_LeaseIsTakenAmongWrites_NoneCommitsAfterIt()
    {
        await PutAsync(TestRecords.Lease(Name, token: 1));
        var read = Assert.Single(await Store.ListLeasesAsync(Stop));
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        var writers = AtOnceAsync(8, async writer =>
        {
            for (var number = 0; ; number++)
            {
                var changes = new ChangeSet().Put(TestRecords.Tenant($"t{writer}-{number}")).Require(new Fence(Name, 1));
                if (await TryAsync(changes) is { } refused)
                {
                    return refused;
                }

                started.TrySetResult();
            }
        });
        await started.Task.WaitAsync(Stop);
        var takeover = await PutAsync(read with { Holder = "other", Token = 2 });

        Assert.All(await writers, static refused => Assert.IsType<LeaseLostException>(refused));
        var written = await AllAsync(page => Store.ListTenantsAsync(new TenantFilter(), page, Stop), 500);
        Assert.All(written, state => Assert.InRange(state.Tenant.Revision, 1, takeover - 1));
    }

    private static ChangeSet Work(Tenant tenant) => new ChangeSet()
        .Record(TestRecords.Audit("a1")).Put(tenant with { Replicas = 9 }).Put(TestRecords.Operation("o1", tenant.Id)).Put(TestRecords.User("u1"));

    private async Task AssertNothingAsync(Tenant tenant, long revision)
    {
        Assert.Equal(tenant.Replicas, (await Store.FindTenantAsync(tenant.Id, Stop))!.Replicas);
        Assert.Null(await Store.FindOperationAsync("o1", Stop));
        Assert.Null(await Store.FindUserAsync("u1", Stop));
        Assert.Empty(await AuditAsync());
        Assert.Equal(revision, await Store.GetRevisionAsync(Stop));
        Assert.Empty(await Store.ReadAsync(revision, 10, Stop));
    }

    private async Task<IEnumerable<string>> AuditAsync() =>
        (await Store.ListAuditAsync(new AuditFilter(), new PageRequest(10), Stop)).Items.Select(static entry => entry.Id);

    private async Task<Exception?> TryAsync(ChangeSet changes)
    {
        try
        {
            await Store.CommitAsync(changes, Stop);
            return null;
        }
        catch (Exception exception) when (exception is RevisionConflictException or LeaseLostException)
        {
            return exception;
        }
    }
}
