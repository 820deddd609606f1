using TenantKit.Storage.MySql.Tests.Servers;
using TenantKit.Testing;

namespace TenantKit.Storage.MySql.Tests.Faults;

/// <summary>A server that goes, is full, is read-only or has no connection left.</summary>
public sealed class ServerFaultTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CommitAsync_ServerKilledUnderLoad_LosesNothingAcknowledged()
    {
        using var server = new LocalServer();
        await using var store = TestDatabase.StoreAt(await CreateAsync(server));
        await store.InitializeAsync(Stop);
        using var done = new CancellationTokenSource();
        var refused = 0;
        var writers = Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            var told = new List<string>();
            for (var number = 0; !done.IsCancellationRequested; number++)
            {
                var id = $"t{writer}-{number}";
                try
                {
                    await store.CommitAsync(new ChangeSet().Put(TestRecords.Tenant(id)).Put(TestRecords.Status(id)), CancellationToken.None);
                    told.Add(id);
                    Assert.NotNull(await store.FindTenantAsync(id, CancellationToken.None));
                }
                catch (StoreUnavailableException)
                {
                    Interlocked.Increment(ref refused);
                    await Task.Delay(50, CancellationToken.None);
                }
            }

            return told;
        })).ToList();
        for (var round = 0; round < 2; round++)
        {
            await Task.Delay(700, Stop);
            server.Kill();
            await Task.Delay(300, Stop);
            server.Start();
        }

        await Task.Delay(700, Stop);
        await done.CancelAsync();
        var acknowledged = (await Task.WhenAll(writers)).SelectMany(static each => each).ToHashSet();

        Assert.True(acknowledged.Count > 100, $"only {acknowledged.Count} commits, {refused} refused");
        var changes = await store.ReadAsync(0, 100_000, Stop);
        Assert.Superset(acknowledged, changes.Select(static change => change.TenantId).ToHashSet());
        Assert.Equal(changes.Count, changes.Select(static change => change.TenantId).Distinct().Count());
    }

    /// <summary>The server answers as one with a full disk does, in the middle of a commit.</summary>
    [Fact]
    public async Task CommitAsync_DiskFull_FailsAndLaterSucceeds()
    {
        using var database = new TestDatabase(isFresh: true);
        await using var store = database.Store();
        await store.InitializeAsync(Stop);
        await store.CommitAsync(new ChangeSet().Put(TestRecords.Tenant("t0")), Stop);
        database.Execute("CREATE TRIGGER disk_is_full BEFORE INSERT ON tenantkit_audit FOR EACH ROW SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1114, MESSAGE_TEXT = 'The table is full'");

        var exception = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => store.CommitAsync(new ChangeSet().Put(TestRecords.Tenant("t1")).Record(TestRecords.Audit("a1")), Stop));

        Assert.EndsWith("is full (The table is full). Nothing was written. Free some space there; then try again.", exception.Message, StringComparison.Ordinal);
        Assert.Null(await store.FindTenantAsync("t1", Stop));
        database.Execute("DROP TRIGGER disk_is_full");
        Assert.Equal(2, await store.CommitAsync(new ChangeSet().Put(TestRecords.Tenant("t2")).Record(TestRecords.Audit("a2")), Stop));
    }

    [Fact]
    public async Task CommitAsync_ReadOnlyServer_FailsAndLaterSucceeds()
    {
        using var server = new LocalServer();
        var connection = await CreateAsync(server);

        // The rights that docs/guides/mysql.md names, and no others: for migrations, and for all the rest.
        Execute(server, "CREATE USER 'run'@'127.0.0.1'; GRANT SELECT, INSERT, UPDATE, DELETE ON kit.* TO 'run'@'127.0.0.1'");
        Execute(server, "CREATE USER 'migrate'@'127.0.0.1'; GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES ON kit.* TO 'migrate'@'127.0.0.1'");
        string As(string user) => connection.Replace("User ID=root", $"User ID={user}", StringComparison.Ordinal);
        await using var store = TestDatabase.StoreAt(As("run"), options => options.MigrationConnectionString = As("migrate"));
        await store.InitializeAsync(Stop);
        await store.CommitAsync(new ChangeSet().Put(TestRecords.Tenant("t0")), Stop);

        Execute(server, "SET GLOBAL read_only = 1");
        var exception = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.CommitAsync(new ChangeSet().Put(TestRecords.Tenant("t1")), Stop));
        Assert.Contains("is read-only", exception.Message, StringComparison.Ordinal);
        Assert.NotNull(await store.LoadStateAsync("t0", Stop));
        var waiting = store.CommitAsync(new ChangeSet().Put(TestRecords.Tenant("t2")), Stop);
        Execute(server, "SET GLOBAL read_only = 0");

        Assert.Equal(2, await waiting);
        Assert.Null(await store.FindTenantAsync("t1", Stop));
    }

    [Fact]
    public async Task Everything_FewConnectionsManyCallers_IsServedInTurn()
    {
        using var database = new TestDatabase();
        await using var store = database.Store(static options => options.MaxConnections = 4);
        await store.InitializeAsync(Stop);

        var revisions = await Task.WhenAll(Enumerable.Range(0, 300).Select(async number =>
        {
            var revision = await store.CommitAsync(new ChangeSet().Put(TestRecords.Tenant($"t{number}")), Stop);
            Assert.NotNull(await store.LoadStateAsync($"t{number}", Stop));
            Assert.NotEmpty((await store.ListTenantsAsync(new TenantFilter(), new PageRequest(5), Stop)).Items);
            return revision;
        }));

        Assert.Equal(300, revisions.Distinct().Count());
    }

    [Fact]
    public async Task Read_ConnectionsEndedByTheServer_IsRepeated()
    {
        using var database = new TestDatabase();
        await using var store = database.Store();
        await store.InitializeAsync(Stop);
        await store.CommitAsync(new ChangeSet().Put(TestRecords.Tenant("t1")), Stop);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ => await store.FindTenantAsync("t1", Stop)));

        KillConnections(database.Name);

        Assert.NotNull(await store.FindTenantAsync("t1", Stop));
        Assert.Equal(2, await store.CommitAsync(new ChangeSet().Put(TestRecords.Tenant("t2")), Stop));
    }

    private static async Task<string> CreateAsync(LocalServer server)
    {
        Execute(server, "CREATE DATABASE kit");
        await Task.CompletedTask;
        return server.ConnectionString + ";Database=kit";
    }

    private static void Execute(LocalServer server, string sql)
    {
        using var connection = new MySqlConnector.MySqlConnection(server.ConnectionString);
        connection.Open();
        using var command = new MySqlConnector.MySqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    private static void KillConnections(string database)
    {
        using var connection = new MySqlConnector.MySqlConnection(TestServer.ConnectionString);
        connection.Open();
        var ids = new List<long>();
        using (var ask = new MySqlConnector.MySqlCommand($"SELECT CAST(ID AS SIGNED) FROM information_schema.PROCESSLIST WHERE DB = '{database}'", connection))
        using (var reader = ask.ExecuteReader())
        {
            while (reader.Read())
            {
                ids.Add(reader.GetInt64(0));
            }
        }

        foreach (var id in ids)
        {
            try
            {
                using var kill = new MySqlConnector.MySqlCommand($"KILL {id}", connection);
                kill.ExecuteNonQuery();
            }
            catch (MySqlConnector.MySqlException)
            {
                // It ended by itself.
            }
        }
    }
}
