using System.Net;
using MySqlConnector;

namespace TenantKit.Storage.MySql.Connections;

/// <summary>Completes a connection string with what the store relies on.</summary>
internal static class ConnectionSettings
{
    public static string Complete(string text, MySqlStoreOptions options)
    {
        var connection = new MySqlConnectionStringBuilder(text)
        {
            ConnectionTimeout = (uint)options.ConnectTimeoutSeconds,
            DefaultCommandTimeout = (uint)options.CommandTimeoutSeconds,
            MaximumPoolSize = (uint)options.MaxConnections,
            Pooling = true,
            ConnectionReset = true, // what a session was told ends with it
            AllowUserVariables = true,
            UseAffectedRows = false,
            UseXaTransactions = false,
            AutoEnlist = false,
        };
        if (connection.SslMode == MySqlSslMode.Preferred && !options.AllowInsecureConnection && !IsLocal(connection))
        {
            // Preferred would fall back to plain text when somebody in between says that the server cannot do TLS.
            connection.SslMode = MySqlSslMode.Required;
        }

        return connection.ConnectionString;
    }

    /// <summary>Whether what is sent stays on this machine.</summary>
    public static bool IsLocal(MySqlConnectionStringBuilder connection) =>
        connection.ConnectionProtocol is MySqlConnectionProtocol.UnixSocket or MySqlConnectionProtocol.NamedPipe or MySqlConnectionProtocol.SharedMemory
        || connection.Server.Split(',').All(static server => IsLoopback(server.Trim()));

    private static bool IsLoopback(string server) =>
        server is "localhost" || server.StartsWith('/') || (IPAddress.TryParse(server.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
