namespace TenantKit.Storage.MySql.Connections;

/// <summary>An error of the server or of the connection to it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Number">The server's number; 0 when it has none.</param>
/// <param name="Message">What it says.</param>
internal sealed record MySqlFault(MySqlFaultKind Kind, int Number, string Message)
{
    private const int ErrorDuringCommit = 1180;

    /// <summary>Whether the server told of a statement that failed: then a commit that was to follow it did not happen, or undid everything.</summary>
    public bool IsBeforeCommit => Number != ErrorDuringCommit && Kind is not (MySqlFaultKind.Connection or MySqlFaultKind.Slow or MySqlFaultKind.Other);
}
