using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MySqlConnector;
using TenantKit.Storage.MySql.Following;
using TenantKit.Storage.MySql.Secrets;
using TenantKit.Testing.Virtual;

namespace TenantKit.Storage.MySql.Tests.Servers;

/// <summary>A database of one test. Those with a schema are emptied and lent again: to make one takes a second.</summary>
internal sealed class TestDatabase : IDisposable
{
    private static readonly ConcurrentBag<string> Idle = [];
    private static readonly ConcurrentBag<string> Made = [];
    private static int last;

    static TestDatabase() => AppDomain.CurrentDomain.ProcessExit += static (_, _) => DropAll();

    private readonly bool isFresh;

    /// <summary>Lends a database.</summary>
    /// <param name="isFresh">Whether it must be one without a schema, which is not lent again.</param>
    public TestDatabase(bool isFresh = false)
    {
        this.isFresh = isFresh;
        if (!isFresh && Idle.TryTake(out var known))
        {
            Name = known;
            return;
        }

        Name = string.Create(CultureInfo.InvariantCulture, $"tenantkit_test_{Environment.ProcessId}_{Interlocked.Increment(ref last)}");
        TestServer.Execute($"CREATE DATABASE `{Name}`");
        Made.Add(Name);
    }

    public string Name { get; }

    public string ConnectionString => new MySqlConnectionStringBuilder(TestServer.ConnectionString) { Database = Name }.ConnectionString;

    public static MySqlTenantStore StoreAt(string connectionString, Action<MySqlStoreOptions>? configure = null, TimeProvider? time = null)
    {
        var provider = ProviderAt(connectionString, configure, time);
        return new MySqlTenantStore(provider, provider.Secrets, Options.Create(OptionsAt(connectionString, configure)), time ?? TimeProvider.System, NullLogger<ChangePoller>.Instance);
    }

    public static MySqlStoreProvider ProviderAt(string connectionString, Action<MySqlStoreOptions>? configure = null, TimeProvider? time = null)
    {
        var options = OptionsAt(connectionString, configure);
        var secrets = new RecordSecrets(new Lazy<IDataProtectionProvider>(() => KeyRing.Open(options, NullLoggerFactory.Instance)));
        return new MySqlStoreProvider(
            options, secrets, new SequentialIds($"w{Interlocked.Increment(ref last)}x"), new SeededRandom((ulong)Environment.TickCount64), time ?? TimeProvider.System, NullLoggerFactory.Instance);
    }

    public MySqlTenantStore Store(Action<MySqlStoreOptions>? configure = null, TimeProvider? time = null) => StoreAt(ConnectionString, configure, time);

    public MySqlStoreProvider Provider(Action<MySqlStoreOptions>? configure = null) => ProviderAt(ConnectionString, configure);

    public long Count(string table, string condition = "TRUE")
    {
        using var connection = new MySqlConnection(ConnectionString);
        connection.Open();
        using var command = new MySqlCommand($"SELECT COUNT(*) FROM tenantkit_{table} WHERE {condition}", connection);
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    public void Execute(string sql)
    {
        using var connection = new MySqlConnection(ConnectionString);
        connection.Open();
        using var command = new MySqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        if (isFresh || !Empty())
        {
            return;
        }

        Idle.Add(Name);
    }

    private static MySqlStoreOptions OptionsAt(string connectionString, Action<MySqlStoreOptions>? configure)
    {
        var options = new MySqlStoreOptions { ConnectionString = connectionString, PollInterval = TimeSpan.FromMilliseconds(50), MaxConnections = 100 };
        configure?.Invoke(options);
        return options;
    }

    /// <summary>False when there is no schema to keep.</summary>
    private bool Empty()
    {
        using var connection = new MySqlConnection(ConnectionString);
        connection.Open();
        using var ask = new MySqlCommand(
            "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME NOT IN ('tenantkit_migrations', 'tenantkit_store_revision', 'tenantkit_keys')", connection);
        var tables = new List<string>();
        using (var reader = ask.ExecuteReader())
        {
            while (reader.Read())
            {
                tables.Add(reader.GetString(0));
            }
        }

        if (tables.Count == 0)
        {
            return false;
        }

        using var empty = new MySqlCommand(string.Join("; ", tables.Select(static table => $"DELETE FROM `{table}`")) + "; UPDATE tenantkit_store_revision SET Value = 0, Trimmed = 0", connection);
        empty.ExecuteNonQuery();
        return true;
    }

    private static void DropAll()
    {
        foreach (var name in Made)
        {
            try
            {
                TestServer.Execute($"DROP DATABASE IF EXISTS `{name}`");
            }
            catch (MySqlException)
            {
                return; // the server went first
            }
        }
    }
}
