using MySqlConnector;

namespace TenantKit.Storage.MySql.Tests.Servers;

/// <summary>The server that the tests share: the one that TENANTKIT_TEST_MYSQL names, or one of their own.</summary>
internal static class TestServer
{
    private static readonly Lazy<string> Server = new(Start);

    /// <summary>Connects a user that may do everything, to no database.</summary>
    public static string ConnectionString => Server.Value;

    public static void Execute(string sql)
    {
        using var connection = new MySqlConnection(ConnectionString);
        connection.Open();
        using var command = new MySqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    private static string Start()
    {
        if (Environment.GetEnvironmentVariable("TENANTKIT_TEST_MYSQL") is { Length: > 0 } named)
        {
            return new MySqlConnectionStringBuilder(named) { Database = "" }.ConnectionString;
        }

        var own = new LocalServer();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => own.Dispose();
        return own.ConnectionString;
    }
}
