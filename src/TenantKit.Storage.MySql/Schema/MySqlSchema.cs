using System.Globalization;
using Microsoft.EntityFrameworkCore;
using TenantKit.Storage.EntityFrameworkCore;

namespace TenantKit.Storage.MySql.Schema;

/// <summary>Brings the database to the schema that this version knows, one host at a time.</summary>
/// <remarks>
/// Replicas of two versions run side by side during an upgrade. So a migration only adds (expand), and what an older version still needs goes
/// with a later one (contract), whose name ends with <see cref="Contract"/>: who does not know such a migration does not start.
/// </remarks>
internal static class MySqlSchema
{
    /// <summary>The end of the name of a migration after which an older version cannot run any more.</summary>
    public const string Contract = "Contract";

    /// <summary>Longest wait, in seconds, for another host that migrates.</summary>
    private const int Patience = 600;

    /// <summary>Locks of this kind are the whole server's: the database is part of the name. The server releases it when the session ends.</summary>
    private const string LockName = "CONCAT('tenantkit.migrate.', LEFT(SHA2(DATABASE(), 256), 20))";

    /// <summary>Applies what is missing.</summary>
    /// <returns>The migrations that were applied; empty when there was nothing to do.</returns>
    public static async Task<IReadOnlyList<string>> MigrateAsync(MySqlStoreProvider provider, CancellationToken cancellationToken)
    {
        if (provider.Migrations is var options && (await MissingAsync(provider, options, cancellationToken).ConfigureAwait(false)).Count == 0)
        {
            return [];
        }

        var context = new TenantKitDbContext(options);
        await using (context.ConfigureAwait(false))
        {
            context.Database.SetCommandTimeout(TimeSpan.FromHours(1)); // a large table takes its time
            await context.Database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await CheckServerAsync(provider, context, cancellationToken).ConfigureAwait(false);
            if (await ScalarAsync(context, $"SELECT GET_LOCK({LockName}, {Patience})", cancellationToken).ConfigureAwait(false) is not ("1"))
            {
                throw new StoreUnavailableException($"{provider.Database} is being migrated by another host for more than {Patience / 60} minutes. Wait for that one; then start again.");
            }

            var missing = (await context.Database.GetPendingMigrationsAsync(cancellationToken).ConfigureAwait(false)).ToList();
            await context.Database.MigrateAsync(cancellationToken).ConfigureAwait(false);
            await ScalarAsync(context, $"SELECT RELEASE_LOCK({LockName})", cancellationToken).ConfigureAwait(false);
            return missing;
        }
    }

    /// <summary>Fails when something is missing.</summary>
    public static async Task CheckAsync(MySqlStoreProvider provider, CancellationToken cancellationToken)
    {
        var context = provider.CreateContext();
        await using (context.ConfigureAwait(false))
        {
            await context.Database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await CheckServerAsync(provider, context, cancellationToken).ConfigureAwait(false);
            if (await MissingAsync(provider, context, cancellationToken).ConfigureAwait(false) is [var first, ..])
            {
                throw new StoreUnavailableException(
                    $"{provider.Database} misses the migration '{first}'. Run the host with '-- migrate', or set TenantKit:MySql:MigrateAtStart to true.");
            }
        }
    }

    private static async Task<IReadOnlyList<string>> MissingAsync(
        MySqlStoreProvider provider, DbContextOptions<TenantKitDbContext> options, CancellationToken cancellationToken)
    {
        var context = new TenantKitDbContext(options);
        await using (context.ConfigureAwait(false))
        {
            return await MissingAsync(provider, context, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<IReadOnlyList<string>> MissingAsync(MySqlStoreProvider provider, TenantKitDbContext context, CancellationToken cancellationToken)
    {
        var known = context.Database.GetMigrations().ToList();
        var applied = (await context.Database.GetAppliedMigrationsAsync(cancellationToken).ConfigureAwait(false)).ToList();
        if (applied.Except(known, StringComparer.Ordinal).FirstOrDefault(static name => name.EndsWith(Contract, StringComparison.Ordinal)) is { } unknown)
        {
            throw new StoreUnavailableException(
                $"{provider.Database} was changed by a newer version of TenantKit so that this one cannot use it (it has the migration '{unknown}'). Run that version or a newer one.");
        }

        return [.. known.Except(applied, StringComparer.Ordinal)];
    }

    private static async Task CheckServerAsync(MySqlStoreProvider provider, TenantKitDbContext context, CancellationToken cancellationToken)
    {
        var text = await ScalarAsync(context, "SELECT VERSION()", cancellationToken).ConfigureAwait(false) ?? "";
        var isMariaDb = text.Contains("MariaDB", StringComparison.OrdinalIgnoreCase);
        var oldest = isMariaDb ? new Version(10, 6) : new Version(8, 0);
        var numbers = text.StartsWith("5.5.5-", StringComparison.Ordinal) ? text[6..] : text; // what old clients are told before MariaDB's own
        if (!Version.TryParse(string.Concat(numbers.TakeWhile(static letter => char.IsAsciiDigit(letter) || letter == '.')).TrimEnd('.'), out var version) || version < oldest)
        {
            throw new StoreUnavailableException($"{provider.Database} is served by version '{text}'. TenantKit needs MySQL 8.0 or MariaDB 10.6, or newer.");
        }
    }

    private static async Task<string?> ScalarAsync(TenantKitDbContext context, string sql, CancellationToken cancellationToken)
    {
        var command = context.Database.GetDbConnection().CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            command.CommandText = sql;
            command.CommandTimeout = Patience + 30;
            return Convert.ToString(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false), CultureInfo.InvariantCulture);
        }
    }
}
