using System.ComponentModel.DataAnnotations;

namespace TenantKit.Storage.Sqlite;

/// <summary>Settings of the SQLite store; configuration section <c>TenantKit:Sqlite</c>.</summary>
public sealed class SqliteStoreOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "TenantKit:Sqlite";

    /// <summary>The database file; its folder is made when it is missing. Never on a network share: SQLite's locks do not hold there.</summary>
    /// <value>The default is null: <c>tenantkit.db</c> in <see cref="TenantKitOptions.DataDirectory"/>.</value>
    public string? Path { get; set; }

    /// <summary>Longest wait, in seconds, for another process that has the file locked, such as a backup.</summary>
    /// <value>The default is 5; 1 to 300.</value>
    [Range(1, 300)]
    public int BusyTimeoutSeconds { get; set; } = 5;

    /// <summary>
    /// Whether an acknowledged commit survives a loss of power too. Every commit survives the end of the process, <c>kill -9</c> included, either way.
    /// True waits for the disk at every (group) commit; false may lose the newest commits with the power, and never leaves a broken file.
    /// </summary>
    /// <value>The default is false.</value>
    public bool SurvivePowerLoss { get; set; }
}
