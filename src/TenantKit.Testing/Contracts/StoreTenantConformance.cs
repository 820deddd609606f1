using TenantKit.Storage;
using TenantKit.Tenants;
using Xunit;

namespace TenantKit.Testing.Contracts;

/// <summary>What <see cref="ITenantReader"/> promises.</summary>
public abstract class StoreTenantConformance : TenantStoreConformance
{
    /// <summary>An unknown id is null, not an error.</summary>
    [Fact]
    public async Task FindTenantAsync_Unknown_IsNull()
    {
        Assert.Null(await Store.FindTenantAsync("t1", Stop));
        Assert.Null(await Store.FindTenantByNameAsync("name-of-t1", Stop));
        Assert.Null(await Store.LoadStateAsync("t1", Stop));
    }

    /// <summary>A state holds what belongs to its tenant, in order, and nothing of others.</summary>
    [Fact]
    public async Task LoadStateAsync_WithNeighbours_HoldsItsOwnInOrder()
    {
        await PutAsync(
            TestRecords.Tenant("t1"),
            TestRecords.Tenant("t2"),
            TestRecords.Status("t2"),
            TestRecords.Instance("i-a", "t1") with { CreatedAt = TestRecords.Moment.AddTicks(2) },
            TestRecords.Instance("i-c", "t1") with { CreatedAt = TestRecords.Moment.AddTicks(1) },
            TestRecords.Instance("i-b", "t1") with { CreatedAt = TestRecords.Moment.AddTicks(1) },
            TestRecords.Instance("i-d", "t2"),
            TestRecords.Ledger("t1", LedgerKind.Data),
            TestRecords.Ledger("t1", LedgerKind.Compute),
            TestRecords.Ledger("t2", LedgerKind.Data),
            TestRecords.Operation("o2", "t1"),
            TestRecords.Operation("o1", "t1"),
            TestRecords.Operation("o0", "t1") with { EndedAt = TestRecords.Moment },
            TestRecords.Operation("o3", "t2"));

        var state = (await Store.LoadStateAsync("t1", Stop))!;

        Assert.Equal(["i-b", "i-c", "i-a"], state.Instances.Select(static instance => instance.Id));
        Assert.Equal([LedgerKind.Compute, LedgerKind.Data], state.Ledger.Select(static entry => entry.Kind));
        Assert.Equal(["o1", "o2"], state.OpenOperations.Select(static operation => operation.Id));
        Assert.Equal("t1", state.Tenant.Id);
    }

    /// <summary>A tenant that nobody looked at yet is pending, with a status that can be inserted.</summary>
    [Fact]
    public async Task LoadStateAsync_NoStatus_IsPending()
    {
        await PutAsync(TestRecords.Tenant("t1"));

        var expected = new TenantStatus { TenantId = "t1", ChangedAt = TestRecords.Moment };
        Assert.Equal(expected, (await Store.LoadStateAsync("t1", Stop))!.Status);
        Assert.Equal(expected, Assert.Single((await Store.ListTenantsAsync(new TenantFilter { Phase = TenantPhase.Pending }, new PageRequest(5), Stop)).Items).Status);
        await PutAsync(expected with { Phase = TenantPhase.Starting });
        Assert.Equal(TenantPhase.Starting, (await Store.LoadStateAsync("t1", Stop))!.Status.Phase);
    }

    /// <summary>Many are answered together, each as <see cref="ITenantReader.LoadStateAsync"/> answers it, in the order of the question and without those that are not there.</summary>
    [Fact]
    public async Task LoadStatesAsync_Many_GivesTheKnownInOrder()
    {
        var ids = Enumerable.Range(0, 150).Select(static number => $"t{number:000}").Reverse().ToList();
        foreach (var id in ids)
        {
            await PutAsync(TestRecords.Tenant(id), TestRecords.Status(id, TenantPhase.Running), TestRecords.Instance("i-" + id, id), TestRecords.Operation("o-" + id, id));
        }

        var states = await Store.LoadStatesAsync(["nobody", .. ids, "nobody-else"], Stop);

        Assert.Equal(ids, states.Select(static state => state.Tenant.Id));
        Assert.Equivalent(await Store.LoadStateAsync("t042", Stop), states.Single(static state => state.Tenant.Id == "t042"), strict: true);
        Assert.Empty(await Store.LoadStatesAsync([], Stop));
        Assert.Empty(await Store.LoadStatesAsync(["nobody"], Stop));
    }

    /// <summary>A state is of one moment: what one commit wrote is never seen in part.</summary>
    [Fact]
    public async Task LoadStateAsync_WhileCommitsRun_IsConsistent()
    {
        await PutAsync(TestRecords.Tenant("t1") with { Generation = 0 }, TestRecords.Status("t1") with { ObservedGeneration = 0 });
        using var done = new CancellationTokenSource();
        var readers = AtOnceAsync(4, async _ =>
        {
            var reads = 0;
            while (!done.IsCancellationRequested || reads == 0)
            {
                var state = (await Store.LoadStateAsync("t1", Stop))!;
                Assert.Equal(state.Tenant.Generation, state.Status.ObservedGeneration);
                Assert.Equal(state.Tenant.Generation, state.Instances.Count);
                var listed = Assert.Single((await Store.ListTenantsAsync(new TenantFilter(), new PageRequest(1), Stop)).Items);
                Assert.Equal(listed.Tenant.Generation, listed.Instances.Count);
                reads++;
            }

            return reads;
        });

        for (var generation = 1; generation <= 100; generation++)
        {
            var state = (await Store.LoadStateAsync("t1", Stop))!;
            await PutAsync(
                TestRecords.Instance($"i{generation}", "t1"),
                state.Status with { ObservedGeneration = generation },
                state.Tenant with { Generation = generation });
        }

        await done.CancelAsync();
        Assert.All(await readers, static reads => Assert.True(reads > 0));
    }

    /// <summary>Pages are in order of id and hold each tenant once, whatever their size.</summary>
    /// <param name="limit">Tenants per page.</param>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(500)]
    public async Task ListTenantsAsync_Pages_HoldEachOnce(int limit)
    {
        var ids = Enumerable.Range(0, 12).Select(static number => $"t{number:00}").ToList();
        await PutAsync([.. ids.AsEnumerable().Reverse().Select(static id => TestRecords.Tenant(id))]);

        var all = await AllAsync(page => Store.ListTenantsAsync(new TenantFilter(), page, Stop), limit);

        Assert.Equal(ids, all.Select(static state => state.Tenant.Id));
    }

    /// <summary>A tenant that exists throughout is neither skipped nor repeated while others come and go.</summary>
    [Fact]
    public async Task ListTenantsAsync_WhileOthersComeAndGo_KeepsThoseThatStay()
    {
        var stay = Enumerable.Range(0, 40).Select(static number => $"t{number:00}5").ToList();
        await PutAsync([.. stay.Select(static id => TestRecords.Tenant(id))]);
        var churn = Task.Run(async () =>
        {
            for (var number = 0; number < 40; number++)
            {
                var revision = await PutAsync(TestRecords.Tenant($"t{39 - number:00}3"), TestRecords.Tenant($"t{number:00}7"));
                await Store.CommitAsync(new ChangeSet().Delete(TestRecords.Tenant($"t{39 - number:00}3") with { Revision = revision }), Stop);
            }
        }, Stop);

        do
        {
            var seen = await AllAsync(page => Store.ListTenantsAsync(new TenantFilter(), page, Stop), 7);
            var ids = seen.Select(static state => state.Tenant.Id).ToList();
            Assert.Equal(ids.Order(StringComparer.Ordinal).Distinct(), ids);
            Assert.Equal(stay, ids.Where(static id => id[^1] == '5'));
        }
        while (!churn.IsCompleted);
        await churn;
    }

    /// <summary>Each filter lets through what it names, and together they let through what all name.</summary>
    [Fact]
    public async Task ListTenantsAsync_Filters_Match()
    {
        await PutAsync(
            TestRecords.Tenant("t1", name: "acme", ownerUserId: "u1"), TestRecords.Status("t1", TenantPhase.Running),
            TestRecords.Tenant("t2", name: "beta", ownerUserId: "u1"), TestRecords.Status("t2", TenantPhase.Sleeping),
            TestRecords.Tenant("t3", name: "acme", ownerUserId: "u3") with { Desired = DesiredState.Deleted }, TestRecords.Status("t3", TenantPhase.Deleted),
            TestRecords.Tenant("t4", name: "gamma", ownerUserId: "u4") with { Desired = DesiredState.Deleted }, TestRecords.Status("t4", TenantPhase.Deleting));

        await ExpectAsync(new TenantFilter(), "t1", "t2", "t4");
        await ExpectAsync(new TenantFilter { TenantId = "t2" }, "t2");
        await ExpectAsync(new TenantFilter { TenantId = "t3" });
        await ExpectAsync(new TenantFilter { TenantId = "t9" });
        await ExpectAsync(new TenantFilter { Name = "acme" }, "t1");
        await ExpectAsync(new TenantFilter { Name = "ACME" });
        await ExpectAsync(new TenantFilter { OwnerUserId = "u1" }, "t1", "t2");
        await ExpectAsync(new TenantFilter { Phase = TenantPhase.Sleeping }, "t2");
        await ExpectAsync(new TenantFilter { Phase = TenantPhase.Deleted }, "t3");
        await ExpectAsync(new TenantFilter { Phase = TenantPhase.Deleted, Name = "acme", OwnerUserId = "u3", TenantId = "t3" }, "t3");
        await ExpectAsync(new TenantFilter { OwnerUserId = "u1", Phase = TenantPhase.Running }, "t1");
        await ExpectAsync(new TenantFilter { OwnerUserId = "u1", Name = "gamma" });
    }

    /// <summary>The stream gives every tenant that is not deleted, by id.</summary>
    [Fact]
    public async Task ReadAllAsync_ManyTenants_GivesAllButTheDeleted()
    {
        await PutAsync([.. Enumerable.Range(0, 1_100).Select(static number => TestRecords.Tenant($"t{number:0000}"))]);
        await PutAsync(TestRecords.Status("t0007", TenantPhase.Deleted), TestRecords.Status("t0008", TenantPhase.Deleting));

        var ids = new List<string>();
        await foreach (var state in Store.ReadAllAsync(Stop))
        {
            ids.Add(state.Tenant.Id);
        }

        Assert.Equal(Enumerable.Range(0, 1_100).Where(static number => number != 7).Select(static number => $"t{number:0000}"), ids);
    }

    /// <summary>The stream ends when it is cancelled.</summary>
    [Fact]
    public async Task ReadAllAsync_Cancelled_Ends()
    {
        await PutAsync(TestRecords.Tenant("t1"), TestRecords.Tenant("t2"));
        using var cancellation = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in Store.ReadAllAsync(cancellation.Token))
            {
                await cancellation.CancelAsync();
            }
        });
    }

    /// <summary>Cancelled reads end.</summary>
    [Fact]
    public async Task Reads_Cancelled_End()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.FindTenantAsync("t1", cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.LoadStateAsync("t1", cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.ListTenantsAsync(new TenantFilter(), new PageRequest(5), cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.ReadAsync(0, 10, cancelled.Token));
    }

    private async Task ExpectAsync(TenantFilter filter, params string[] ids) => Assert.Equal(
        ids, (await AllAsync(page => Store.ListTenantsAsync(filter, page, Stop), 1)).Select(static state => state.Tenant.Id));
}
