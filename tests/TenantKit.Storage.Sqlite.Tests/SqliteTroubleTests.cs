using Microsoft.Data.Sqlite;
using TenantKit.Storage.EntityFrameworkCore;
using TenantKit.Testing;

namespace TenantKit.Storage.Sqlite.Tests;

public sealed class SqliteTroubleTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(5, "The database 'x.db' is locked by another process. Close what else uses it, or let a backup finish; then try again.")]
    [InlineData(8, "The database 'x.db' cannot be written: it or its folder is read-only. Make both writable for the host's user, or name another file through TenantKit:Sqlite:Path.")]
    [InlineData(11, "The database 'x.db' is damaged. Stop the host and restore it from a backup.")]
    [InlineData(13, "The disk that holds the database 'x.db' is full. Nothing was written. Free some space; then try again.")]
    [InlineData(19, null)]
    public void Explain_Code_SaysWhatToDo(int code, string? expected) =>
        Assert.Equal(expected, SqliteTrouble.Explain("x.db", new SqliteException("message", code)));

    [Fact]
    public async Task CommitAsync_FileLockedByAnother_FailsAndLaterSucceeds()
    {
        await using var store = SqliteStores.In(folder.Path, new SqliteStoreOptions { BusyTimeoutSeconds = 1 });
        await store.InitializeAsync(Stop);
        await store.CommitAsync(new ChangeSet().Put(TestRecords.Tenant("t0")), Stop);
        await using (var other = new SqliteConnection($"Data Source={Path.Combine(folder.Path, "tenantkit.db")};Pooling=False"))
        {
            await other.OpenAsync(Stop);
            await using var transaction = other.BeginTransaction(deferred: false);

            await Assert.ThrowsAsync<StoreUnavailableException>(() => store.CommitAsync(new ChangeSet().Put(TestRecords.Tenant("t1")), Stop));
            Assert.NotNull(await store.LoadStateAsync("t0", Stop));
        }

        await store.CommitAsync(new ChangeSet().Put(TestRecords.Tenant("t2")), Stop);
        Assert.Null(await store.FindTenantAsync("t1", Stop));
        Assert.NotNull(await store.FindTenantAsync("t2", Stop));
    }

    [Fact]
    public async Task CommitAsync_DiskFull_FailsAndLaterSucceeds()
    {
        var provider = new LimitedProvider(Path.Combine(folder.Path, "small.db"));
        await using var store = new EfTenantStore(provider);
        await store.InitializeAsync(Stop);
        await store.CommitAsync(new ChangeSet().Put(TestRecords.Tenant("t0")), Stop);
        var large = TestRecords.Idempotency("k1") with { Body = new string('x', 4 << 20) };

        var exception = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => store.CommitAsync(new ChangeSet().Put(TestRecords.Tenant("t1")).Put(large), Stop));

        Assert.Equal($"The disk that holds the database '{provider.Path}' is full. Nothing was written. Free some space; then try again.", exception.Message);
        Assert.Null(await store.FindTenantAsync("t1", Stop));
        Assert.Equal(2, await store.CommitAsync(new ChangeSet().Put(TestRecords.Tenant("t2")), Stop));
    }

    [Fact]
    public async Task ReadAsync_BehindTheTrimmedChanges_Expired()
    {
        await using var store = new EfTenantStore(new LimitedProvider(Path.Combine(folder.Path, "small.db")), keptRevisions: 10);
        await store.InitializeAsync(Stop);
        var commits = Enumerable.Range(0, 1_100).Select(number => store.CommitAsync(new ChangeSet().Put(TestRecords.Status($"t{number}")), Stop));
        var newest = (await Task.WhenAll(commits)).Max();

        await Assert.ThrowsAsync<RevisionExpiredException>(() => store.ReadAsync(0, 100, Stop));

        Assert.Equal(11, (await store.ReadAsync(newest - 11, 100, Stop)).Count);
    }
}
