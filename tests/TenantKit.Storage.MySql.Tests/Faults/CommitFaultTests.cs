using System.Diagnostics;
using MySqlConnector;
using TenantKit.Storage.MySql.Tests.Servers;
using TenantKit.Testing;

namespace TenantKit.Storage.MySql.Tests.Faults;

/// <summary>What happens to a commit whose text or answer is lost: it is written once, and the caller hears of it.</summary>
public sealed class CommitFaultTests : IAsyncDisposable
{
    /// <summary>Stands in the text that writes and commits, and in no other.</summary>
    private const string WritingText = "; COMMIT";

    private readonly TestDatabase database = new();
    private readonly FaultProxy proxy;

    public CommitFaultTests()
    {
        var server = new MySqlConnectionStringBuilder(TestServer.ConnectionString);
        proxy = new FaultProxy(server.Server, (int)server.Port);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Through => new MySqlConnectionStringBuilder(database.ConnectionString)
    {
        Server = "127.0.0.1", Port = (uint)proxy.Port, SslMode = MySqlSslMode.None, AllowPublicKeyRetrieval = true,
    }.ConnectionString;

    public async ValueTask DisposeAsync()
    {
        await proxy.DisposeAsync();
        database.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task CommitAsync_ConnectionLost_IsWrittenOnce(bool isAnswer)
    {
        await using var store = TestDatabase.StoreAt(Through);
        await store.InitializeAsync(Stop);
        var first = await store.CommitAsync(new ChangeSet().Put(TestRecords.Tenant("t0")), Stop);
        var lost = proxy.LoseNext(WritingText, isAnswer);

        var revision = await store.CommitAsync(new ChangeSet().Put(TestRecords.Tenant("t1")).Record(TestRecords.Audit("a1")), Stop);

        Assert.True(lost.IsCompleted);
        Assert.Equal(first + 1, revision);
        Assert.Equal(revision, (await store.FindTenantAsync("t1", Stop))!.Revision);
        Assert.Equal([new(first, "t0"), new(revision, "t1")], await store.ReadAsync(0, 10, Stop));
        Assert.Equal(1, database.Count("audit"));
        Assert.Equal(revision, await store.GetRevisionAsync(Stop));
    }

    [Fact]
    public async Task CommitAsync_ServerAwayAfterTheCommit_IsFoundWhenItIsBack()
    {
        await using var store = TestDatabase.StoreAt(Through);
        await store.InitializeAsync(Stop);
        var lost = proxy.LoseNext(WritingText, isAnswer: true);

        var commit = store.CommitAsync(new ChangeSet().Put(TestRecords.Tenant("t1")), Stop);
        await lost.WaitAsync(TimeSpan.FromSeconds(10), Stop);
        proxy.IsDown = true;
        await Task.Delay(TimeSpan.FromSeconds(2), Stop);
        Assert.False(commit.IsCompleted);
        proxy.IsDown = false;

        Assert.Equal(1, await commit);
        Assert.Equal(1, database.Count("tenants"));
    }

    [Fact]
    public async Task CommitAsync_WriterFrozenInTheMiddle_OthersGoOn()
    {
        await using var frozen = TestDatabase.StoreAt(Through);
        await using var other = database.Store();
        await frozen.InitializeAsync(Stop);
        var caught = proxy.FreezeAt(WritingText);
        var held = frozen.CommitAsync(new ChangeSet().Put(TestRecords.Tenant("t1")), Stop);
        await caught.WaitAsync(TimeSpan.FromSeconds(10), Stop);

        var wait = Stopwatch.StartNew();
        await other.CommitAsync(new ChangeSet().Put(TestRecords.Tenant("t2")), Stop);

        Assert.InRange(wait.Elapsed.TotalSeconds, 0, MySqlStoreProvider.WriterSilence + 2);
        proxy.Thaw();
        Assert.Equal(2, await held.WaitAsync(TimeSpan.FromSeconds(30), Stop));
        Assert.Equal(2, database.Count("tenants"));
        Assert.Equal(2, database.Count("change_log"));
    }

    [Fact]
    public async Task CommitAsync_Deadlock_IsTriedAgain()
    {
        await using var store = database.Store();
        await store.InitializeAsync(Stop);
        await store.CommitAsync(new ChangeSet().Put(TestRecords.Tenant("t1")), Stop);
        var tenant = (await store.FindTenantAsync("t1", Stop))!;
        await using var intruder = new MySqlConnection(database.ConnectionString);
        await intruder.OpenAsync(Stop);

        // The intruder holds the tenant and then wants the revision; the commit holds the revision and then wants the tenant. The smaller one is ended: the commit, made heavier here.
        await ExecuteAsync(intruder, "START TRANSACTION; UPDATE tenantkit_tenants SET Replicas = Replicas WHERE Id = 't1'; INSERT INTO tenantkit_keys (Id, Xml) VALUES ('a', ''), ('b', ''), ('c', ''), ('d', ''), ('e', ''), ('f', ''), ('g', ''), ('h', '')");
        var commit = store.CommitAsync(new ChangeSet().Put(tenant with { Replicas = 7 }), Stop);
        await Task.Delay(200, Stop);
        try
        {
            await ExecuteAsync(intruder, "SELECT Value FROM tenantkit_store_revision WHERE Id = 1 FOR UPDATE");
        }
        catch (MySqlException exception) when (exception.Number == 1213)
        {
            // Then the intruder was the one; the commit never noticed.
        }

        await ExecuteAsync(intruder, "ROLLBACK");
        Assert.Equal(2, await commit);
        Assert.Equal(7, (await store.FindTenantAsync("t1", Stop))!.Replicas);
    }

    /// <summary>Connections break at random moments while many write: who was told has exactly one row, who was refused none or, when that is said, perhaps one.</summary>
    [Fact]
    public async Task CommitAsync_CutAtRandom_EveryAcknowledgedOneIsThereOnce()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var store = TestDatabase.StoreAt(Through);
        await store.InitializeAsync(Stop);
        using var done = new CancellationTokenSource();
        var count = 0;
        var writers = Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            var told = new Dictionary<string, long>();
            for (var number = 0; !done.IsCancellationRequested; number++)
            {
                var id = $"t{writer}-{number}";
                try
                {
                    told[id] = await store.CommitAsync(new ChangeSet().Put(TestRecords.Tenant(id)).Put(TestRecords.Status(id)).Record(TestRecords.Audit(id)), CancellationToken.None);
                    Interlocked.Increment(ref count);
                }
                catch (StoreUnavailableException)
                {
                    // Nothing else may come out of it.
                }
            }

            return told;
        })).ToList();
        for (var cut = 0; cut < 40 || (Volatile.Read(ref count) <= 100 && cut < 1_000); cut++) // on a busy machine few commits come between two cuts
        {
            await Task.Delay(random.Next(5, 120), Stop);
            if (random.Next(3) == 0)
            {
                _ = proxy.LoseNext(WritingText, isAnswer: random.Next(2) == 0);
            }
            else
            {
                proxy.Cut();
            }
        }

        await done.CancelAsync();
        var acknowledged = (await Task.WhenAll(writers)).SelectMany(static each => each).ToDictionary();

        Assert.True(acknowledged.Count > 100, $"only {acknowledged.Count} commits in all");
        await using var check = database.Store();
        foreach (var (id, revision) in acknowledged)
        {
            Assert.Equal(revision, (await check.LoadStateAsync(id, Stop))!.Status.Revision);
        }

        var changes = await check.ReadAsync(0, 100_000, Stop);
        Assert.Equal(changes.Count, changes.Select(static change => change.Revision).Distinct().Count());
        Assert.Equal(changes.Count, database.Count("tenants"));
        Assert.Equal(changes.Count, database.Count("audit"));
    }

    private static async Task ExecuteAsync(MySqlConnection connection, string sql)
    {
        await using var command = new MySqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Stop);
    }
}
