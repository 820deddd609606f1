using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MySqlConnector;
using TenantKit.Storage;

namespace TenantKit.StoreBenchmarks;

/// <summary>A database for one run, with the store on it as a host has it.</summary>
internal sealed class BenchDatabase : IAsyncDisposable
{
    private readonly string server;
    private readonly string name = $"tenantkit_bench_{Environment.ProcessId}";
    private readonly ServiceProvider services;

    private BenchDatabase(string server)
    {
        this.server = server;
        Execute(server, $"CREATE DATABASE {name}");
        ConnectionString = new MySqlConnectionStringBuilder(server) { Database = name, AllowUserVariables = true }.ConnectionString;
        var collection = new ServiceCollection();
        collection.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build()).AddLogging().AddTenantKit().UseMySql(ConnectionString);
        services = collection.BuildServiceProvider();
        Store = services.GetRequiredService<ITenantStore>();
    }

    public string ConnectionString { get; }

    public ITenantStore Store { get; }

    public static async Task<BenchDatabase> CreateAsync(string server)
    {
        var database = new BenchDatabase(server);
        await database.Store.InitializeAsync(CancellationToken.None);
        return database;
    }

    public void Execute(string sql) => Execute(ConnectionString, sql);

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        Execute(server, $"DROP DATABASE {name}");
    }

    private static void Execute(string connectionString, string sql)
    {
        using var connection = new MySqlConnection(connectionString);
        connection.Open();
        using var command = new MySqlCommand(sql, connection) { CommandTimeout = 3600 };
        command.ExecuteNonQuery();
    }
}
