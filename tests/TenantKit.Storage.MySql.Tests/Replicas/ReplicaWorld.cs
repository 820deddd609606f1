using System.Diagnostics;
using System.Globalization;
using MySqlConnector;
using TenantKit.Storage.MySql.Tests.Servers;
using TenantKit.Tenants;

namespace TenantKit.Storage.MySql.Tests.Replicas;

/// <summary>A database server of its own, a runtime, some replicas, and what can be done to them.</summary>
internal sealed class ReplicaWorld(int count, int leaseSeconds) : IDisposable
{
    private readonly LocalServer server = new();
    private readonly string folder = Directory.CreateTempSubdirectory("tenantkit-replicas-").FullName;
    private readonly ReplicaProcess?[] replicas = new ReplicaProcess?[count];
    private readonly HashSet<int> frozen = [];

    public string AdminConnection => server.ConnectionString + ";Database=kit";

    public string Errors => string.Join(Environment.NewLine, replicas.Select(static (replica, index) => $"--- replica {index}{Environment.NewLine}{replica?.Errors}"));

    public ReplicaProcess this[int index] => replicas[index]!;

    public async Task StartAsync()
    {
        // The replicas run with the rights that the guide names for running, and migrations with others.
        Execute($"CREATE DATABASE kit; CREATE DATABASE runtime; CREATE USER 'run'@'127.0.0.1'; GRANT SELECT, INSERT, UPDATE, DELETE ON kit.* TO 'run'@'127.0.0.1'; GRANT SELECT, INSERT, UPDATE, DELETE ON runtime.* TO 'run'@'127.0.0.1'; USE runtime; {SqlRuntime.Schema}");
        await using (var store = TestDatabase.StoreAt(AdminConnection))
        {
            await store.InitializeAsync(CancellationToken.None);
        }

        for (var index = 0; index < count; index++)
        {
            Launch(index);
        }

        await Task.WhenAll(replicas.Select(static replica => replica!.Ready.WaitAsync(TimeSpan.FromSeconds(60))));
    }

    /// <summary>Does something bad.</summary>
    public async Task HarmAsync(int what, int whom, Random random)
    {
        switch (what)
        {
            case 0:
                this[whom].Kill();
                await Task.Delay(random.Next(0, leaseSeconds * 1_500));
                Launch(whom);
                break;
            case 1 when frozen.Count < count - 1 && frozen.Add(whom):
                this[whom].Stop();
                await Task.Delay((leaseSeconds * 1_000) + random.Next(500, 2_000));
                this[whom].Resume();
                frozen.Remove(whom);
                break;
            case 2:
                server.Kill();
                await Task.Delay(random.Next(0, 1_500));
                server.Start();
                break;
            case 3:
                Execute("SET GLOBAL read_only = 1");
                await Task.Delay(random.Next(200, 2_500));
                Execute("SET GLOBAL read_only = 0");
                break;
            default:
                this[whom].End();
                Launch(whom);
                break;
        }
    }

    /// <summary>Everything works from now on.</summary>
    public async Task ReviveAsync()
    {
        Execute("SET GLOBAL read_only = 0");
        var watch = Stopwatch.StartNew();
        while (!replicas.All(static replica => replica!.Ready.IsCompleted))
        {
            for (var index = 0; index < count; index++)
            {
                if (this[index].HasGivenUp)
                {
                    Launch(index);
                }
            }

            await Task.Delay(100);
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1), $"Replicas are not ready after a minute.{Environment.NewLine}{Errors}");
        }
    }

    public IReadOnlyDictionary<string, TenantPhase> Phases()
    {
        using var connection = Open();
        using var command = new MySqlCommand("SELECT t.Id, COALESCE(s.Phase, 'Pending') FROM kit.tenantkit_tenants t LEFT JOIN kit.tenantkit_tenant_statuses s ON s.TenantId = t.Id", connection);
        using var reader = command.ExecuteReader();
        var phases = new Dictionary<string, TenantPhase>();
        while (reader.Read())
        {
            phases[reader.GetString(0)] = Enum.Parse<TenantPhase>(reader.GetString(1));
        }

        return phases;
    }

    public string? TenantNamed(string name) => Scalar($"SELECT Id FROM kit.tenantkit_tenants WHERE Name = '{name}'");

    public string? Scalar(string sql)
    {
        using var connection = Open();
        using var command = new MySqlCommand(sql, connection);
        return Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        foreach (var replica in replicas)
        {
            replica?.Dispose();
        }

        server.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private void Launch(int index)
    {
        replicas[index]?.Dispose();
        var run = server.ConnectionString.Replace("User ID=root", "User ID=run", StringComparison.Ordinal);
        replicas[index] = new ReplicaProcess($"{run};Database=kit", $"{run};Database=runtime", Path.Combine(folder, $"replica-{index}"), $"{leaseSeconds:00}");
    }

    private void Execute(string sql)
    {
        using var connection = new MySqlConnection(server.ConnectionString);
        connection.Open();
        using var command = new MySqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    /// <summary>The server may be on its way up.</summary>
    private MySqlConnection Open()
    {
        for (var attempt = 1; ; attempt++)
        {
            var connection = new MySqlConnection(server.ConnectionString + ";Database=runtime;Pooling=false");
            try
            {
                connection.Open();
                return connection;
            }
            catch (MySqlException) when (attempt < 200)
            {
                connection.Dispose();
                Thread.Sleep(50);
            }
        }
    }
}
