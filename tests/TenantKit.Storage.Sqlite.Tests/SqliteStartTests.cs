using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using TenantKit.Storage.EntityFrameworkCore;
using TenantKit.Testing;

namespace TenantKit.Storage.Sqlite.Tests;

public sealed class SqliteStartTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string File => Path.Combine(folder.Path, "tenantkit.db");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task InitializeAsync_EmptyFolder_MakesTheWholeSchema()
    {
        await using var store = SqliteStores.In(Path.Combine(folder.Path, "new", "folder"));
        await store.InitializeAsync(Stop);
        await store.InitializeAsync(Stop);

        await store.CommitAsync(new ChangeSet().Put(TestRecords.Tenant("t1")), Stop);

        var tables = await TablesAsync(Path.Combine(folder.Path, "new", "folder", "tenantkit.db"));
        Assert.Equal(
            ["Audit", "ChangeLog", "Containers", "IdempotencyRecords", "Leases", "Ledger", "Operations", "RefreshTokens", "Resources", "Revocations", "StoreRevision", "Templates", "TenantStatuses", "Tenants", "Users"],
            tables.Where(static name => !name.StartsWith("__EF", StringComparison.Ordinal)));
    }

    [Fact]
    public void Migrations_Model_HasNoChangeWithoutOne()
    {
        using var context = new SqliteDesignTimeFactory().CreateDbContext([]);

        Assert.False(context.Database.HasPendingModelChanges(), "The model changed. Add a migration: dotnet ef migrations add <Name> --project src/TenantKit.Storage.Sqlite");
    }

    [Fact]
    public async Task InitializeAsync_SecondTime_KeepsWhatIsThere()
    {
        using (var guard = new DataDirectoryLock(folder.Path))
        await using (var store = SqliteStores.In(folder.Path, guard: guard))
        {
            await store.InitializeAsync(Stop);
            await store.CommitAsync(new ChangeSet().Put(TestRecords.Tenant("t1")).Record(TestRecords.Audit("a1")), Stop);
        }

        await using var again = SqliteStores.In(folder.Path);
        await again.InitializeAsync(Stop);

        Assert.Equal("t1", (await again.FindTenantAsync("t1", Stop))!.Id);
        Assert.Equal(2, await again.CommitAsync(new ChangeSet().Put(TestRecords.Tenant("t2")), Stop));
        await again.WaitAsync(0, Stop).WaitAsync(TimeSpan.FromSeconds(30), Stop);
    }

    [Fact]
    public async Task InitializeAsync_SchemaBeforeLeases_GetsThemAndKeepsItsRows()
    {
        await using (var context = new SqliteStoreProvider(File, new SqliteStoreOptions(), loggerFactory: null).CreateContext())
        {
            await context.GetService<IMigrator>().MigrateAsync("20260101000000_Initial", Stop);
        }

        await ExecuteAsync("UPDATE \"StoreRevision\" SET \"Value\" = 41; INSERT INTO \"ChangeLog\" VALUES (41, 't1')");
        await using var store = SqliteStores.In(folder.Path);
        await store.InitializeAsync(Stop);

        Assert.Equal([new ChangeLogEntry(41, "t1")], await store.ReadAsync(0, 10, Stop));
        Assert.Equal(42, await store.CommitAsync(new ChangeSet().Put(TestRecords.Lease("shard-1")), Stop));
        Assert.Equal([TestRecords.Lease("shard-1") with { Revision = 42 }], await store.ListLeasesAsync(Stop));
    }

    [Fact]
    public async Task InitializeAsync_MigrationWasKilled_DoesNotWaitForItsLock()
    {
        await ExecuteAsync(
            "CREATE TABLE \"__EFMigrationsLock\" (\"Id\" INTEGER NOT NULL PRIMARY KEY, \"Timestamp\" TEXT NOT NULL);" +
            "INSERT INTO \"__EFMigrationsLock\" VALUES (1, '2026-01-01 00:00:00')");
        await using var store = SqliteStores.In(folder.Path);

        await store.InitializeAsync(Stop).WaitAsync(TimeSpan.FromMinutes(1), Stop);

        Assert.Equal(0, await store.GetRevisionAsync(Stop));
    }

    [Fact]
    public async Task InitializeAsync_NewerSchema_SaysWhatToDo()
    {
        using (var guard = new DataDirectoryLock(folder.Path))
        await using (var store = SqliteStores.In(folder.Path, guard: guard))
        {
            await store.InitializeAsync(Stop);
        }

        await ExecuteAsync("INSERT INTO \"__EFMigrationsHistory\" VALUES ('29990101000000_Future', '99.0.0')");

        Assert.Equal(
            $"The database '{File}' was written by a newer version of TenantKit (it has the migration '29990101000000_Future'). Run that version or a newer one, or restore a backup from before the upgrade.",
            await FailAsync());
    }

    [Fact]
    public async Task InitializeAsync_TwoHosts_SecondIsRefused()
    {
        await using var first = SqliteStores.In(folder.Path);
        await first.InitializeAsync(Stop);

        Assert.Equal(
            $"The data directory '{folder.Path}' is used by another TenantKit host (process {Environment.ProcessId}). Stop it, or give this host a directory of its own through TenantKit:DataDirectory.",
            await FailAsync());
    }

    [Fact]
    public async Task InitializeAsync_TwoDirectoriesOneFile_SecondIsRefused()
    {
        var shared = new SqliteStoreOptions { Path = Path.Combine(folder.Path, "shared", "one.db") };
        await using var first = SqliteStores.In(Path.Combine(folder.Path, "a"), shared);
        await first.InitializeAsync(Stop);
        await using var second = SqliteStores.In(Path.Combine(folder.Path, "b"), shared);

        var exception = await Assert.ThrowsAsync<StoreUnavailableException>(() => second.InitializeAsync(Stop));

        Assert.Contains($"'{Path.Combine(folder.Path, "shared")}' is used by another TenantKit host", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InitializeAsync_FileInPlaceOfTheFolder_SaysWhatToDo()
    {
        await System.IO.File.WriteAllTextAsync(File, "", Stop);
        await using var store = SqliteStores.In(File);

        var exception = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.InitializeAsync(Stop));

        Assert.EndsWith("Make it writable, or name another through TenantKit:DataDirectory.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InitializeAsync_FolderThatCannotBeWritten_SaysWhatToDo()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc is Linux.");
        await using var store = SqliteStores.In("/proc/tenantkit");

        var exception = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.InitializeAsync(Stop));

        Assert.StartsWith("The data directory '/proc/tenantkit' cannot be written: ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InitializeAsync_PathIsAFolder_SaysWhatToDo()
    {
        Directory.CreateDirectory(File);

        Assert.Equal($"The database path '{File}' is a folder. Name a file through TenantKit:Sqlite:Path.", await FailAsync());
    }

    [Fact]
    public async Task InitializeAsync_NotADatabase_SaysWhatToDo()
    {
        await System.IO.File.WriteAllTextAsync(File, new string('x', 10_000), Stop);

        Assert.Equal(
            $"The file '{File}' is not a TenantKit database. Move it away, or name another file through TenantKit:Sqlite:Path.", await FailAsync());
        Assert.Equal(10_000, new FileInfo(File).Length);
    }

    [Fact]
    public async Task Reads_BeforeInitialize_SayWhatToDo()
    {
        await using var store = SqliteStores.In(folder.Path);

        var exception = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.ListUsersAsync(new UserFilter(), new PageRequest(5), Stop));

        Assert.Equal($"The database '{File}' has no schema yet. Initialize the store first: a TenantKit host does it when it starts.", exception.Message);
    }

    private async Task<string> FailAsync()
    {
        await using var store = SqliteStores.In(folder.Path);
        return (await Assert.ThrowsAsync<StoreUnavailableException>(() => store.InitializeAsync(Stop))).Message;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        await connection.OpenAsync(Stop);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(Stop);
    }

    private static async Task<List<string>> TablesAsync(string file)
    {
        await using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        await connection.OpenAsync(Stop);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name";
        await using var reader = await command.ExecuteReaderAsync(Stop);
        var tables = new List<string>();
        while (await reader.ReadAsync(Stop))
        {
            tables.Add(reader.GetString(0));
        }

        return tables;
    }
}
