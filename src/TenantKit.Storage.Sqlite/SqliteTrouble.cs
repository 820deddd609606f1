using Microsoft.Data.Sqlite;

namespace TenantKit.Storage.Sqlite;

/// <summary>Says what SQLite's result codes mean for whoever runs the host; see <see href="https://sqlite.org/rescode.html">the list of them</see>.</summary>
internal static class SqliteTrouble
{
    private const int Error = 1;
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int Constraint = 19;
    private const int NotADatabase = 26;

    /// <summary>What happened and what to do; null when the statement was at fault and not the database.</summary>
    public static string? Explain(string path, SqliteException exception) => exception.SqliteErrorCode switch
    {
        Busy or Locked => $"The database '{path}' is locked by another process. Close what else uses it, or let a backup finish; then try again.",
        ReadOnly => $"The database '{path}' cannot be written: it or its folder is read-only. Make both writable for the host's user, or name another file through TenantKit:Sqlite:Path.",
        InputOutput => $"Reading or writing the database '{path}' failed ({exception.Message}). Check the disk and its free space; then restart the host.",
        Corrupt => $"The database '{path}' is damaged. Stop the host and restore it from a backup.",
        NotADatabase => $"The file '{path}' is not a TenantKit database. Move it away, or name another file through TenantKit:Sqlite:Path.",
        Full => $"The disk that holds the database '{path}' is full. Nothing was written. Free some space; then try again.",
        CannotOpen when Directory.Exists(path) => $"The database path '{path}' is a folder. Name a file through TenantKit:Sqlite:Path.",
        CannotOpen => $"The database '{path}' cannot be opened. Check that its folder exists and that the host's user may write in it, or name another file through TenantKit:Sqlite:Path.",
        Constraint => null,
        Error when exception.Message.Contains("no such table", StringComparison.Ordinal) =>
            $"The database '{path}' has no schema yet. Initialize the store first: a TenantKit host does it when it starts.",
        _ => $"The database '{path}' failed ({exception.Message}).",
    };
}
