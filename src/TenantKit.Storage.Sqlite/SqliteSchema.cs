using Microsoft.EntityFrameworkCore;
using TenantKit.Storage.EntityFrameworkCore.Sessions;

namespace TenantKit.Storage.Sqlite;

/// <summary>Brings the file to the schema that this version knows.</summary>
internal static class SqliteSchema
{
    public static async Task MigrateAsync(SqliteStoreProvider provider, CancellationToken cancellationToken)
    {
        var session = await StoreSession.OpenAsync(provider, SessionUse.Migrate, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            var database = session.Context.Database;
            var known = database.GetMigrations().ToList();
            var applied = (await database.GetAppliedMigrationsAsync(cancellationToken).ConfigureAwait(false)).ToList();
            if (applied.Except(known, StringComparer.Ordinal).FirstOrDefault() is { } unknown)
            {
                throw new StoreUnavailableException(
                    $"The database '{provider.FilePath}' was written by a newer version of TenantKit (it has the migration '{unknown}'). " +
                    "Run that version or a newer one, or restore a backup from before the upgrade.");
            }

            if (applied.Count == known.Count)
            {
                return;
            }

            // The migrator guards itself by a row in this table, and waits for ever for one that a killed process left behind.
            // The lock on the data directory is ours: nobody else can be migrating now.
            await database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellationToken).ConfigureAwait(false);
            await database.MigrateAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
