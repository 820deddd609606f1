using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using TenantKit.Storage.EntityFrameworkCore;
using TenantKit.Storage.MySql.Schema;
using TenantKit.Storage.MySql.Tests.Servers;
using TenantKit.Testing;

namespace TenantKit.Storage.MySql.Tests;

public sealed class MySqlStartTests : IDisposable
{
    private readonly TestDatabase database = new(isFresh: true);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => database.Dispose();

    [Fact]
    public async Task InitializeAsync_EmptyDatabase_MakesTheWholeSchema()
    {
        await using var store = database.Store();
        await store.InitializeAsync(Stop);
        await store.InitializeAsync(Stop);

        Assert.Equal(1, await store.CommitAsync(new ChangeSet().Put(TestRecords.Tenant("t1")), Stop));
        Assert.Equal(
            ["audit", "change_log", "containers", "idempotency_records", "keys", "leases", "ledger", "migrations", "operations", "refresh_tokens", "resources", "revocations", "store_revision", "templates", "tenant_statuses", "tenants", "users", "writers"],
            Names("SELECT SUBSTR(TABLE_NAME, 11) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()").Order(StringComparer.Ordinal));
        Assert.Equal(
            ["utf8mb4_bin"],
            Names("SELECT DISTINCT COLLATION_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND COLLATION_NAME IS NOT NULL AND TABLE_NAME <> 'tenantkit_migrations' AND COLUMN_NAME NOT IN ('UserName', 'Email', 'ActorName')"));
        Assert.Equal(["varbinary"], Names("SELECT DISTINCT DATA_TYPE FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND COLUMN_NAME = 'NameKey'"));
    }

    [Fact]
    public void Migrations_Model_HasNoChangeWithoutOne()
    {
        using var context = new MySqlDesignTimeFactory().CreateDbContext([]);

        Assert.False(context.Database.HasPendingModelChanges(), "The model changed. Add a migration: dotnet ef migrations add <Name> --project src/TenantKit.Storage.MySql");
    }

    [Fact]
    public async Task InitializeAsync_ManyHostsAtOnce_OneMigratesAndAllStart()
    {
        var stores = Enumerable.Range(0, 6).Select(_ => database.Store()).ToList();

        await Task.WhenAll(stores.Select(store => Task.Run(() => store.InitializeAsync(Stop), Stop)));

        Assert.Equal(Migrations.Count, database.Count("migrations"));
        foreach (var store in stores)
        {
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task InitializeAsync_FromEveryEarlierVersion_KeepsItsRows()
    {
        foreach (var earlier in Migrations)
        {
            using var old = new TestDatabase(isFresh: true);
            await using (var context = old.Provider().CreateContext())
            {
                await context.GetService<IMigrator>().MigrateAsync(earlier, Stop);
            }

            old.Execute("UPDATE tenantkit_store_revision SET Value = 41; INSERT INTO tenantkit_change_log VALUES (41, 't1')");
            await using var store = old.Store();
            await store.InitializeAsync(Stop);

            Assert.Equal([new ChangeLogEntry(41, "t1")], await store.ReadAsync(0, 10, Stop));
            Assert.Equal(42, await store.CommitAsync(new ChangeSet().Put(TestRecords.Tenant("t1")), Stop));
        }
    }

    [Fact]
    public async Task InitializeAsync_NewerVersionOnlyAdded_Starts()
    {
        await MigrateAsync();
        database.Execute("INSERT INTO tenantkit_migrations VALUES ('29990101000000_Future', '99.0.0')");

        await using var store = database.Store();
        await store.InitializeAsync(Stop);

        Assert.Equal(0, await store.GetRevisionAsync(Stop));
    }

    [Fact]
    public async Task InitializeAsync_NewerVersionRemoved_SaysWhatToDo()
    {
        await MigrateAsync();
        database.Execute("INSERT INTO tenantkit_migrations VALUES ('29990101000000_NamesContract', '99.0.0')");

        await using var store = database.Store();
        var exception = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.InitializeAsync(Stop));

        Assert.EndsWith(
            "was changed by a newer version of TenantKit so that this one cannot use it (it has the migration '29990101000000_NamesContract'). Run that version or a newer one.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InitializeAsync_MigrateAtStartOff_OnlyChecks()
    {
        await using var store = database.Store(static options => options.MigrateAtStart = false);

        var exception = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.InitializeAsync(Stop));
        Assert.EndsWith($"misses the migration '{Migrations[0]}'. Run the host with '-- migrate', or set TenantKit:MySql:MigrateAtStart to true.", exception.Message, StringComparison.Ordinal);

        Assert.Equal(Migrations, await MigrateAsync());
        Assert.Empty(await MigrateAsync());
        await store.InitializeAsync(Stop);
    }

    [Fact]
    public async Task InitializeAsync_NoServer_SaysWhatToDo()
    {
        await using var store = TestDatabase.StoreAt("Server=127.0.0.1;Port=1;Database=kit;User ID=nobody");

        var exception = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.InitializeAsync(Stop));

        Assert.StartsWith("The database 'kit' on '127.0.0.1:1' cannot be reached, or the connection was lost", exception.Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<string> Migrations
    {
        get
        {
            using var context = new MySqlDesignTimeFactory().CreateDbContext([]);
            return [.. context.Database.GetMigrations()];
        }
    }

    private Task<IReadOnlyList<string>> MigrateAsync() => MySqlSchema.MigrateAsync(database.Provider(), Stop);

    private List<string> Names(string sql)
    {
        using var connection = new MySqlConnector.MySqlConnection(database.ConnectionString);
        connection.Open();
        using var command = new MySqlConnector.MySqlCommand(sql, connection);
        using var reader = command.ExecuteReader();
        List<string> names = [];
        while (reader.Read())
        {
            names.Add(reader.GetString(0));
        }

        return names;
    }
}
