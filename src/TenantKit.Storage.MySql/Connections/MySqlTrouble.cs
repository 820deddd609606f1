using System.Net.Sockets;
using MySqlConnector;

namespace TenantKit.Storage.MySql.Connections;

/// <summary>Says what the errors of servers and connections mean for whoever runs the host.</summary>
/// <remarks>
/// Numbers: <see href="https://dev.mysql.com/doc/mysql-errors/9.0/en/server-error-reference.html">MySQL's</see> and
/// <see href="https://mariadb.com/kb/en/mariadb-error-code-reference/">MariaDB's</see> lists of errors.
/// </remarks>
internal static class MySqlTrouble
{
    private const int UnknownDatabase = 1049;

    /// <summary>The error that counts in a chain of exceptions; null when none is the database's.</summary>
    public static MySqlFault? Of(Exception exception)
    {
        if (exception is OperationCanceledException)
        {
            return null;
        }

        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case MySqlException { InnerException: SocketException or IOException } lost:
                    return new MySqlFault(MySqlFaultKind.Connection, lost.Number, lost.Message);
                case MySqlException error:
                    return new MySqlFault(KindOf(error.Number, error.Message), error.Number, error.Message);
                case SocketException or IOException:
                    return new MySqlFault(MySqlFaultKind.Connection, 0, cause.Message);
                case TimeoutException:
                    return new MySqlFault(MySqlFaultKind.Slow, 0, cause.Message);
                case InvalidOperationException or ObjectDisposedException when cause.Source == "MySqlConnector":
                    return new MySqlFault(MySqlFaultKind.Connection, 0, cause.Message);
            }
        }

        return null;
    }

    /// <summary>What happened and what to do; null when the statement was at fault and not the database.</summary>
    public static string? Explain(string database, MySqlFault fault) => fault.Kind switch
    {
        MySqlFaultKind.Statement => null,
        MySqlFaultKind.Busy => $"{database} was kept busy by others ({fault.Message}). Try again.",
        MySqlFaultKind.Connection => $"{database} cannot be reached, or the connection was lost ({fault.Message}). Check that the server runs, its address and the network between.",
        MySqlFaultKind.TooManyConnections => $"{database} takes no more connections ({fault.Message}). Lower TenantKit:MySql:MaxConnections, or raise the server's max_connections.",
        MySqlFaultKind.ReadOnly => $"{database} is read-only ({fault.Message}). It passes when a failover ends; else name the primary server in TenantKit:MySql:ConnectionString.",
        MySqlFaultKind.Full => $"The disk of {char.ToLowerInvariant(database[0])}{database[1..]} is full ({fault.Message}). Nothing was written. Free some space there; then try again.",
        MySqlFaultKind.Denied => $"{database} refuses the user ({fault.Message}). Check the name, the password and the grants; docs/guides/mysql.md lists them.",
        MySqlFaultKind.NoSchema when fault.Number == UnknownDatabase => $"{database} does not exist. Create it (CREATE DATABASE … CHARACTER SET utf8mb4; docs/guides/mysql.md has the grants), then run the host with '-- migrate'.",
        MySqlFaultKind.NoSchema => $"{database} has no schema, or an old one ({fault.Message}). Run the host with '-- migrate', or set TenantKit:MySql:MigrateAtStart to true.",
        MySqlFaultKind.Slow => $"{database} did not answer in time ({fault.Message}). Check its load, or raise TenantKit:MySql:CommandTimeoutSeconds.",
        MySqlFaultKind.TooLarge => $"{database} refuses values of that size ({fault.Message}). Raise the server's max_allowed_packet.",
        _ => $"{database} failed ({fault.Message}).",
    };

    public static MySqlFaultKind KindOf(int number, string message) => number switch
    {
        1205 or 1213 or 1020 or 1180 or 3572 => MySqlFaultKind.Busy,
        1040 or 1203 or 1226 => MySqlFaultKind.TooManyConnections,
        1290 or 1792 or 1836 => MySqlFaultKind.ReadOnly,
        1021 or 1114 or 1026 => MySqlFaultKind.Full,
        1030 when message.Contains("28", StringComparison.Ordinal) => MySqlFaultKind.Full,
        1044 or 1045 or 1142 or 1143 or 1227 or 1370 or 1698 or 1820 => MySqlFaultKind.Denied,
        UnknownDatabase or 1146 or 1054 => MySqlFaultKind.NoSchema,
        1153 or 1301 => MySqlFaultKind.TooLarge,
        -1 or 1317 or 1969 or 3024 => MySqlFaultKind.Slow,
        1042 when message.Contains("pooled connections are in use", StringComparison.Ordinal) => MySqlFaultKind.TooManyConnections,
        <= 0 or 1042 or 1043 or 1047 or 1053 or 1077 or 1079 or 1080 or 1152 or (>= 1156 and <= 1161) or 1184 or 1927 or 2002 or 2003 or 2006 or 2013 or 4031 =>
            message.Contains("pooled connections are in use", StringComparison.Ordinal) ? MySqlFaultKind.TooManyConnections : MySqlFaultKind.Connection,
        1062 or 1064 or 1048 or 1264 or 1366 or 1406 => MySqlFaultKind.Statement,
        _ => MySqlFaultKind.Other,
    };
}
