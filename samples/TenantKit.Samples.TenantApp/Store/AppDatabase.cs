using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using TenantKit.Agent.Context;

namespace TenantKit.Samples.TenantApp.Store;

/// <summary>The database file in the tenant's volume, and its schema.</summary>
internal sealed class AppDatabase(ITenantContext tenant, IDbContextFactory<AppDbContext> contexts, TimeProvider time)
{
    /// <summary>The newest migration; a test holds it in step. Known here so that a wake need not load EF Core to see that nothing is to do.</summary>
    public const string NewestMigration = "20261124054614_Initial";

    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(50);

    public static string GetPath(ITenantContext tenant) => Path.Combine(tenant.DataDirectory, Sanitise(tenant.DatabaseName) + ".db");

    /// <summary>A file name of letters, digits, <c>-</c> and <c>_</c> only, at most 64.</summary>
    public static string Sanitise(string name)
    {
        var safe = string.Concat(name.Take(64).Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '_'));
        return safe.Length == 0 ? "app" : safe;
    }

    /// <summary>Creates or updates the schema. Safe when two replicas do it at once and when one dies in the middle.</summary>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        var path = GetPath(tenant);
        Directory.CreateDirectory(tenant.DataDirectory);
        if (IsCurrent(path))
        {
            return;
        }

        await using var held = await LockAsync(path + ".migrate-lock", cancellationToken).ConfigureAwait(false);
        if (IsCurrent(path))
        {
            return;
        }

        var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        await using (db.ConfigureAwait(false))
        {
            // EF Core's own lock is a row that outlives a killed process and would be waited for for ever; ours is the operating system's.
            await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL; DROP TABLE IF EXISTS __EFMigrationsLock;", cancellationToken).ConfigureAwait(false);
            await db.Database.MigrateAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool IsCurrent(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM sqlite_master WHERE name = '__EFMigrationsHistory'";
        if (Convert.ToInt64(command.ExecuteScalar()) == 0)
        {
            return false;
        }

        command.CommandText = "SELECT count(*) FROM __EFMigrationsHistory WHERE MigrationId = $id";
        command.Parameters.AddWithValue("$id", NewestMigration);
        return Convert.ToInt64(command.ExecuteScalar()) == 1;
    }

    private async Task<FileStream> LockAsync(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                await Task.Delay(LockPoll, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
