using TenantKit.Storage.MySql.Retention;
using TenantKit.Storage.MySql.Tests.Servers;
using TenantKit.Tenants;
using TenantKit.Testing;

namespace TenantKit.Storage.MySql.Tests;

public sealed class RetentionTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly TestDatabase database = new();
    private readonly MySqlRetentionOptions options = new() { BatchSize = 7 };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => database.Dispose();

    [Fact]
    public async Task RunAsync_OldRows_GoInBatchesAndYoungOnesStay()
    {
        await using var store = database.Store();
        await store.InitializeAsync(Stop);
        var changes = new ChangeSet();
        for (var number = 0; number < 40; number++)
        {
            var at = number < 30 ? Now.AddDays(-500) : Now.AddMinutes(-1);
            changes.Record(TestRecords.Audit($"a{number}") with { At = at })
                .Put(TestRecords.Operation($"o{number}", "t1") with { EndedAt = at })
                .Put(TestRecords.Idempotency($"k{number}") with { CreatedAt = at })
                .Put(TestRecords.RefreshToken($"r{number}", "u1") with { ExpiresAt = at })
                .Put(TestRecords.User($"u{number}") with { DeletedAt = at })
                .Put(TestRecords.Tenant($"t{number}") with { Desired = DesiredState.Deleted, DeletedAt = at })
                .Put(TestRecords.Status($"t{number}", TenantPhase.Deleted));
        }

        changes.Put(TestRecords.Operation("open", "t1")).Put(TestRecords.User("alive")).Put(TestRecords.Tenant("alive")).Put(TestRecords.Ledger("t0")).Put(TestRecords.Instance("i1", "t1"));
        await store.CommitAsync(changes, Stop);

        var removed = await SweepAsync();

        Assert.Equal(
            [("audit", 30L), ("operations", 30L), ("refresh_tokens", 30L), ("remembered_answers", 30L), ("tenants", 28L), ("users", 30L), ("writers", 1L)],
            removed!.Where(static each => each.Value > 0).Select(static each => (each.Key, each.Value)).Order());
        Assert.Equal((10, 11, 10, 10), (database.Count("audit"), database.Count("operations"), database.Count("idempotency_records"), database.Count("refresh_tokens")));
        Assert.Equal((11, 13, 12), (database.Count("users"), database.Count("tenants"), database.Count("tenant_statuses")));
        Assert.NotNull(await store.FindTenantAsync("t0", Stop)); // its data is still there
        Assert.NotNull(await store.FindTenantAsync("t1", Stop)); // and of this one an instance
        Assert.All((await SweepAsync())!.Values, static count => Assert.Equal(0, count));
    }

    [Fact]
    public async Task RunAsync_ChangeLog_KeepsTheNewestAndTellsTheHorizon()
    {
        await using var store = database.Store();
        await store.InitializeAsync(Stop);
        for (var number = 0; number < 30; number++)
        {
            await store.CommitAsync(new ChangeSet().Put(TestRecords.Tenant($"t{number}")), Stop);
        }

        options.ChangeLogRevisions = 10;
        await SweepAsync();

        await Assert.ThrowsAsync<RevisionExpiredException>(() => store.ReadAsync(19, 100, Stop));
        Assert.Equal(Enumerable.Range(21, 10).Select(static revision => (long)revision), (await store.ReadAsync(20, 100, Stop)).Select(static change => change.Revision));
    }

    [Fact]
    public async Task RunAsync_Zero_KeepsForEver()
    {
        await using var store = database.Store();
        await store.InitializeAsync(Stop);
        await store.CommitAsync(
            new ChangeSet().Record(TestRecords.Audit("a1") with { At = DateTimeOffset.MinValue }).Put(TestRecords.User("u1") with { DeletedAt = DateTimeOffset.MinValue }), Stop);
        (options.Audit, options.Tombstones, options.ChangeLogRevisions) = (TimeSpan.Zero, TimeSpan.Zero, 0);

        await SweepAsync();

        Assert.Equal((1, 1), (database.Count("audit"), database.Count("users")));
    }

    [Fact]
    public async Task RunAsync_AnotherIsAtIt_LeavesItToThatOne()
    {
        await using var store = database.Store();
        await store.InitializeAsync(Stop);
        await using var other = new MySqlConnector.MySqlConnection(database.ConnectionString);
        await other.OpenAsync(Stop);
        await using var take = new MySqlConnector.MySqlCommand("SELECT GET_LOCK(CONCAT('tenantkit.retention.', LEFT(SHA2(DATABASE(), 256), 20)), 0)", other);
        await take.ExecuteScalarAsync(Stop);

        Assert.Null(await SweepAsync());
    }

    private Task<IReadOnlyDictionary<string, long>?> SweepAsync() =>
        new RetentionSweep(database.Provider(), options, new Clock()).RunAsync(Stop);

    /// <summary>Stands at a moment, but its timers run.</summary>
    private sealed class Clock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
