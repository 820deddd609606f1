using TenantKit.Audit;
using TenantKit.Storage;
using Xunit;

namespace TenantKit.Testing.Contracts;

/// <summary>What <see cref="IAuditReader"/> promises.</summary>
public abstract class StoreAuditConformance : TenantStoreConformance
{
    /// <summary>Audit rows commit with the change: with it, or not at all; and alone when nothing else changes.</summary>
    [Fact]
    public async Task CommitAsync_AuditWithChange_IsOneTransaction()
    {
        var first = await Store.CommitAsync(new ChangeSet().Put(TestRecords.Tenant("t1")).Record(TestRecords.Audit("a1")), Stop);
        await Assert.ThrowsAsync<RevisionConflictException>(
            () => Store.CommitAsync(new ChangeSet().Record(TestRecords.Audit("a2")).Put(TestRecords.Tenant("t1")), Stop));
        var alone = await Store.CommitAsync(new ChangeSet().Record(TestRecords.Audit("a3")), Stop);

        await ExpectAsync(new AuditFilter(), "a3", "a1");
        Assert.True(alone > first);
        Assert.Empty(await Store.ReadAsync(first, 10, Stop));
    }

    /// <summary>The order is that of the commits, whatever the clock said.</summary>
    [Fact]
    public async Task ListAuditAsync_ClockWentBack_IsInOrderOfCommit()
    {
        await Store.CommitAsync(new ChangeSet().Record(TestRecords.Audit("b")).Record(TestRecords.Audit("a")), Stop);
        await Store.CommitAsync(new ChangeSet().Record(TestRecords.Audit("0") with { At = TestRecords.Moment.AddYears(-1) }), Stop);

        await ExpectAsync(new AuditFilter(), "0", "a", "b");
    }

    /// <summary>Each filter lets through what it names; the span includes its begin and excludes its end.</summary>
    [Fact]
    public async Task ListAuditAsync_Filters_Match()
    {
        await Store.CommitAsync(
            new ChangeSet()
                .Record(TestRecords.Audit("a1") with { Actor = "u1", Action = "user.create", Target = "user/x", Outcome = AuditOutcome.Success, At = TestRecords.Moment })
                .Record(TestRecords.Audit("a2") with { Actor = "u1", Action = "user.delete", Target = "user/y", Outcome = AuditOutcome.Failure, At = TestRecords.Moment.AddTicks(1) })
                .Record(TestRecords.Audit("a3") with { Actor = "u2", Action = "user.create", Target = "user/y", Outcome = AuditOutcome.Denied, At = TestRecords.Moment.AddTicks(2) }),
            Stop);

        await ExpectAsync(new AuditFilter { Actor = "u1" }, "a2", "a1");
        await ExpectAsync(new AuditFilter { Action = "user.create" }, "a3", "a1");
        await ExpectAsync(new AuditFilter { Target = "user/y" }, "a3", "a2");
        await ExpectAsync(new AuditFilter { Outcome = AuditOutcome.Failure }, "a2");
        await ExpectAsync(new AuditFilter { From = TestRecords.Moment.AddTicks(1) }, "a3", "a2");
        await ExpectAsync(new AuditFilter { To = TestRecords.Moment.AddTicks(1) }, "a1");
        await ExpectAsync(new AuditFilter { From = TestRecords.Moment, To = TestRecords.Moment.AddTicks(2), Actor = "u1", Action = "user.delete" }, "a2");
        await ExpectAsync(new AuditFilter { Actor = "u2", Outcome = AuditOutcome.Success });
    }

    /// <summary>Rows that come while pages are read push none of the older ones out of them.</summary>
    [Fact]
    public async Task ListAuditAsync_WhileRowsCome_HoldsOlderOnesOnce()
    {
        foreach (var number in Enumerable.Range(0, 10))
        {
            await Store.CommitAsync(new ChangeSet().Record(TestRecords.Audit($"a{number}")), Stop);
        }

        var seen = new List<string>();
        string? after = null;
        do
        {
            var page = await Store.ListAuditAsync(new AuditFilter(), new PageRequest(3, after), Stop);
            seen.AddRange(page.Items.Select(static entry => entry.Id));
            after = page.Next;
            await Store.CommitAsync(new ChangeSet().Record(TestRecords.Audit("later")), Stop);
        }
        while (after is not null);

        Assert.Equal(Enumerable.Range(0, 10).Reverse().Select(static number => $"a{number}"), seen);
    }

    /// <summary>A position from elsewhere is a mistake of the caller.</summary>
    /// <param name="position">Not a position.</param>
    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("t1")]
    [InlineData("99999999999999999999")]
    public Task ListAuditAsync_PositionFromElsewhere_IsRefused(string position) => Assert.ThrowsAsync<ArgumentException>(
        () => Store.ListAuditAsync(new AuditFilter(), new PageRequest(5, position), Stop));

    private async Task ExpectAsync(AuditFilter filter, params string[] ids) => Assert.Equal(
        ids, (await AllAsync(page => Store.ListAuditAsync(filter, page, Stop), 1)).Select(static entry => entry.Id));
}
