using TenantKit.Storage;
using TenantKit.Tenants;
using Xunit;

namespace TenantKit.Testing.Contracts;

/// <summary>What <see cref="IChangeWriter"/> promises.</summary>
public abstract class StoreCommitConformance : TenantStoreConformance
{
    /// <summary>One commit stamps all its records with one new revision.</summary>
    [Fact]
    public async Task CommitAsync_SeveralRecords_GetTheSameNewRevision()
    {
        var first = await PutAsync(TestRecords.User("u0"));
        var revision = await PutAsync(TestRecords.Tenant("t1"), TestRecords.Status("t1"), TestRecords.User("u1"));

        var state = await Store.LoadStateAsync("t1", Stop);
        Assert.True(revision > first);
        Assert.Equal(revision, state!.Tenant.Revision);
        Assert.Equal(revision, state.Status.Revision);
        Assert.Equal(revision, (await Store.FindUserAsync("u1", Stop))!.Revision);
        Assert.Equal(first, (await Store.FindUserAsync("u0", Stop))!.Revision);
        Assert.Equal(revision, await Store.GetRevisionAsync(Stop));
    }

    /// <summary>An empty set writes nothing and gives the current revision.</summary>
    [Fact]
    public async Task CommitAsync_EmptySet_KeepsTheRevision()
    {
        Assert.Equal(0, await Store.GetRevisionAsync(Stop));
        Assert.Equal(0, await Store.CommitAsync(new ChangeSet(), Stop));
        var revision = await PutAsync(TestRecords.User("u1"));
        Assert.Equal(revision, await Store.CommitAsync(new ChangeSet(), Stop));
    }

    /// <summary>An insert of a record that exists is refused.</summary>
    [Fact]
    public async Task CommitAsync_InsertOfExisting_Conflicts()
    {
        await PutAsync(TestRecords.Tenant("t1"), TestRecords.Template("small"));

        var tenant = await Assert.ThrowsAsync<RevisionConflictException>(() => PutAsync(TestRecords.Tenant("t1", name: "other")));
        var template = await Assert.ThrowsAsync<RevisionConflictException>(() => PutAsync(TestRecords.Template("small")));

        Assert.Equal(("Tenant", "t1"), (tenant.RecordType, tenant.Key));
        Assert.Equal(("Template", "small/1"), (template.RecordType, template.Key));
    }

    /// <summary>A replacement needs exactly the revision that is stored.</summary>
    [Fact]
    public async Task CommitAsync_StaleRevision_ConflictsAndKeepsTheNewer()
    {
        await PutAsync(TestRecords.Tenant("t1"));
        var read = (await Store.FindTenantAsync("t1", Stop))!;
        var revision = await PutAsync(read with { Replicas = 3 });

        await Assert.ThrowsAsync<RevisionConflictException>(() => PutAsync(read with { Replicas = 4 }));
        await Assert.ThrowsAsync<RevisionConflictException>(() => PutAsync(read with { Revision = revision + 1, Replicas = 5 }));

        var now = (await Store.FindTenantAsync("t1", Stop))!;
        Assert.Equal((3, revision), (now.Replicas, now.Revision));
    }

    /// <summary>A replacement of a record that does not exist is refused.</summary>
    [Fact]
    public async Task CommitAsync_ReplaceOfMissing_Conflicts()
    {
        var exception = await Assert.ThrowsAsync<RevisionConflictException>(() => PutAsync(TestRecords.Instance("i1", "t1") with { Revision = 1 }));

        Assert.Equal(("Instance", "i1"), (exception.RecordType, exception.Key));
    }

    /// <summary>A deletion needs exactly the revision that is stored, too.</summary>
    [Fact]
    public async Task CommitAsync_Delete_NeedsTheRevision()
    {
        await PutAsync(TestRecords.Tenant("t1"), TestRecords.Ledger("t1"));
        var entry = Assert.Single((await Store.LoadStateAsync("t1", Stop))!.Ledger);

        await Assert.ThrowsAsync<RevisionConflictException>(
            () => Store.CommitAsync(new ChangeSet().Delete(entry with { Revision = entry.Revision + 1 }), Stop));
        Assert.Single((await Store.LoadStateAsync("t1", Stop))!.Ledger);
        await Store.CommitAsync(new ChangeSet().Delete(entry), Stop);
        Assert.Empty((await Store.LoadStateAsync("t1", Stop))!.Ledger);
        await Assert.ThrowsAsync<RevisionConflictException>(() => Store.CommitAsync(new ChangeSet().Delete(entry), Stop));
    }

    /// <summary>A set that fails at its last record leaves nothing: no record, no audit row, no change, no revision.</summary>
    [Fact]
    public async Task CommitAsync_LastRecordConflicts_LeavesNothing()
    {
        var before = await PutAsync(TestRecords.Tenant("t1"), TestRecords.User("u1"));
        var tenant = (await Store.FindTenantAsync("t1", Stop))!;
        var changes = new ChangeSet()
            .Record(TestRecords.Audit("a1"))
            .Put(tenant with { Replicas = 9 })
            .Put(TestRecords.Instance("i1", "t1"))
            .Put(TestRecords.Operation("o1", "t1"))
            .Put(TestRecords.User("u2", userName: "uSER.u1"));

        var exception = await Assert.ThrowsAsync<NameTakenException>(() => Store.CommitAsync(changes, Stop));

        Assert.Equal(("User", "uSER.u1"), (exception.RecordType, exception.Name));
        Assert.Equal(tenant.Replicas, (await Store.FindTenantAsync("t1", Stop))!.Replicas);
        Assert.Empty((await Store.LoadStateAsync("t1", Stop))!.Instances);
        Assert.Null(await Store.FindOperationAsync("o1", Stop));
        Assert.Null(await Store.FindUserAsync("u2", Stop));
        Assert.Empty((await Store.ListAuditAsync(new AuditFilter(), new PageRequest(10), Stop)).Items);
        Assert.Equal(before, await Store.GetRevisionAsync(Stop));
        Assert.Empty(await Store.ReadAsync(before, 10, Stop));
    }

    /// <summary>Of many that replace the same revision at once, exactly one wins.</summary>
    [Fact]
    public async Task CommitAsync_ManyReplaceOneRevision_OneWins()
    {
        await PutAsync(TestRecords.Tenant("t1"));
        var read = (await Store.FindTenantAsync("t1", Stop))!;

        var outcomes = await AtOnceAsync(50, number => TryAsync(() => PutAsync(read with { Replicas = 100 + number })));

        var winner = Array.FindIndex(outcomes, static outcome => outcome is null);
        Assert.Equal(49, outcomes.Count(static outcome => outcome is RevisionConflictException));
        Assert.Equal(100 + winner, (await Store.FindTenantAsync("t1", Stop))!.Replicas);
    }

    /// <summary>Counters that many raise at once lose no step when each repeats on a conflict.</summary>
    [Fact]
    public async Task CommitAsync_ManyIncrementWithRetries_NoneIsLost()
    {
        await PutAsync(TestRecords.Tenant("t1") with { Generation = 1 });

        await AtOnceAsync(20, async _ =>
        {
            while (true)
            {
                var read = (await Store.FindTenantAsync("t1", Stop))!;
                if (await TryAsync(() => PutAsync(read with { Generation = read.Generation + 1 })) is null)
                {
                    return true;
                }
            }
        });

        Assert.Equal(21, (await Store.FindTenantAsync("t1", Stop))!.Generation);
    }

    /// <summary>What was cancelled before the call writes nothing.</summary>
    [Fact]
    public async Task CommitAsync_CancelledBefore_WritesNothing()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Store.CommitAsync(new ChangeSet().Put(TestRecords.Tenant("t1")), cancelled.Token));

        Assert.Null(await Store.FindTenantAsync("t1", Stop));
        Assert.Equal(0, await Store.GetRevisionAsync(Stop));
    }

    /// <summary>What is cancelled while it is under way is either written and acknowledged, or not written at all.</summary>
    [Fact]
    public async Task CommitAsync_CancelledMeanwhile_IsAllOrNothing()
    {
        var outcomes = await AtOnceAsync(50, async number =>
        {
            using var cancellation = new CancellationTokenSource();
            var commit = Store.CommitAsync(
                new ChangeSet().Put(TestRecords.Tenant($"t{number}")).Put(TestRecords.Status($"t{number}")), cancellation.Token);
            await cancellation.CancelAsync();
            return await TryAsync(() => commit) is null;
        });

        for (var number = 0; number < outcomes.Length; number++)
        {
            Assert.Equal(outcomes[number], await Store.LoadStateAsync($"t{number}", Stop) is { Status.Revision: > 0 });
        }
    }

    /// <summary>One that conflicts does not harm those that commit at the same time.</summary>
    [Fact]
    public async Task CommitAsync_ConflictsAmongOthers_OnlyTheyFail()
    {
        await PutAsync(TestRecords.Tenant("taken"));

        var outcomes = await AtOnceAsync(60, number => TryAsync(() => number % 3 == 0
            ? PutAsync(TestRecords.User($"u{number}"), TestRecords.Tenant("taken", name: "free"))
            : PutAsync(TestRecords.User($"u{number}"))));

        for (var number = 0; number < outcomes.Length; number++)
        {
            Assert.Equal(number % 3 == 0, outcomes[number] is RevisionConflictException);
            Assert.Equal(number % 3 == 0, await Store.FindUserAsync($"u{number}", Stop) is null);
        }
    }

    /// <summary>A type that is none of the store's is a mistake of the caller.</summary>
    [Fact]
    public async Task CommitAsync_UnknownType_IsRefused()
    {
        var exception = await Assert.ThrowsAsync<ArgumentException>(() => PutAsync(new UnknownRecord()));

        Assert.Equal("A UnknownRecord cannot be stored. See ChangeSet for what can.", exception.Message);
    }

    private static async Task<Exception?> TryAsync(Func<Task<long>> commit)
    {
        try
        {
            await commit();
            return null;
        }
        catch (Exception exception) when (exception is RevisionConflictException or OperationCanceledException)
        {
            return exception;
        }
    }

    private sealed class UnknownRecord : IStoreRecord
    {
        public string Key => "key";

        public long Revision => 0;
    }
}
