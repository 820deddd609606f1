using System.Globalization;
using MySqlConnector;
using TenantKit.Storage.EntityFrameworkCore.Model;
using TenantKit.Storage.MySql.Schema;

namespace TenantKit.Storage.MySql.Retention;

/// <summary>Removes what is too old, in small batches: each is a transaction of its own under the lock of the writers, and between two of them everybody has a turn.</summary>
/// <remarks>One replica at a time: by a lock of the server, which ends with the session. A sweep that breaks off is gone on with by the next one.</remarks>
internal sealed class RetentionSweep(MySqlStoreProvider provider, MySqlRetentionOptions options, TimeProvider time)
{
    private const string LockName = "CONCAT('tenantkit.retention.', LEFT(SHA2(DATABASE(), 256), 20))";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly string Revision = $"`{MySqlNames.Of(nameof(StoreRevision))}`";
    private static readonly string ChangeLog = $"`{MySqlNames.Of("ChangeLog")}`";

    /// <summary>Removes everything that is due.</summary>
    /// <returns>How many rows went, by what they were; null when another replica is at it.</returns>
    public async Task<IReadOnlyDictionary<string, long>?> RunAsync(CancellationToken cancellationToken)
    {
        var connection = new MySqlConnection(provider.ConnectionString);
        await using (connection.ConfigureAwait(false))
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            await ExecuteAsync(connection, "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED", cancellationToken).ConfigureAwait(false);
            if (await ScalarAsync(connection, $"SELECT GET_LOCK({LockName}, 0)", cancellationToken).ConfigureAwait(false) != 1)
            {
                return null;
            }

            var removed = new Dictionary<string, long>
            {
                ["tenants"] = await RemoveTenantsAsync(connection, cancellationToken).ConfigureAwait(false),
                ["changes"] = await TrimChangesAsync(connection, cancellationToken).ConfigureAwait(false),
            };
            foreach (var rule in RetentionRules.Of(options).Where(static rule => rule.Keep > TimeSpan.Zero))
            {
                removed[rule.What] = await RepeatAsync(
                    () => ExecuteAsync(connection, Locked(rule.Delete), cancellationToken, ("@before", Before(rule.Keep)), ("@limit", options.BatchSize)), cancellationToken).ConfigureAwait(false);
            }

            await ScalarAsync(connection, $"SELECT RELEASE_LOCK({LockName})", cancellationToken).ConfigureAwait(false);
            return removed;
        }
    }

    private async Task<long> RemoveTenantsAsync(MySqlConnection connection, CancellationToken cancellationToken)
    {
        if (options.Tombstones <= TimeSpan.Zero)
        {
            return 0;
        }

        return await RepeatAsync(async () =>
        {
            var ids = await OverAsync(connection, cancellationToken).ConfigureAwait(false);
            if (ids.Count > 0)
            {
                // Ids are ours: letters and digits. What is deleted for good is not written any more, so it may be found before the lock is taken.
                var list = string.Join(", ", ids.Select(static id => $"'{MySqlHelper.EscapeString(id)}'"));
                await ExecuteAsync(connection, Locked(string.Format(CultureInfo.InvariantCulture, RetentionRules.DeleteTenants, list)), cancellationToken).ConfigureAwait(false);
            }

            return ids.Count;
        }, cancellationToken).ConfigureAwait(false);
    }

    private async Task<List<string>> OverAsync(MySqlConnection connection, CancellationToken cancellationToken)
    {
        var command = Command(connection, RetentionRules.FindTenants, ("@before", Before(options.Tombstones)), ("@limit", options.BatchSize));
        await using (command.ConfigureAwait(false))
        {
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                List<string> ids = [];
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    ids.Add(reader.GetString(0));
                }

                return ids;
            }
        }
    }

    /// <summary>First it is told that they are gone, then they go: a follower that reads meanwhile is told to list anew, and never misses one.</summary>
    private async Task<long> TrimChangesAsync(MySqlConnection connection, CancellationToken cancellationToken)
    {
        var horizon = await ScalarAsync(connection, $"SELECT `Value` FROM {Revision} WHERE `Id` = 1", cancellationToken).ConfigureAwait(false) - options.ChangeLogRevisions;
        if (options.ChangeLogRevisions <= 0 || horizon <= 0)
        {
            return 0;
        }

        await ExecuteAsync(connection, $"UPDATE {Revision} SET `Trimmed` = GREATEST(`Trimmed`, @horizon) WHERE `Id` = 1", cancellationToken, ("@horizon", horizon)).ConfigureAwait(false);
        return await RepeatAsync(
            () => ExecuteAsync(connection, $"DELETE FROM {ChangeLog} WHERE `Revision` <= @horizon ORDER BY `Revision` LIMIT @limit", cancellationToken, ("@horizon", horizon), ("@limit", options.BatchSize)),
            cancellationToken).ConfigureAwait(false);
    }

    private async Task<long> RepeatAsync(Func<Task<int>> removeBatch, CancellationToken cancellationToken)
    {
        for (var sum = 0L; ;)
        {
            var removed = await removeBatch().ConfigureAwait(false);
            sum += removed;
            if (removed < options.BatchSize)
            {
                return sum;
            }

            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private long Before(TimeSpan keep) => time.GetUtcNow().UtcTicks - keep.Ticks;

    private static string Locked(string delete) => $"START TRANSACTION; SELECT `Value` FROM {Revision} WHERE `Id` = 1 FOR UPDATE; {delete}; COMMIT";

    private static async Task<long> ScalarAsync(MySqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        var command = Command(connection, sql);
        await using (command.ConfigureAwait(false))
        {
            return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false), CultureInfo.InvariantCulture);
        }
    }

    private static async Task<int> ExecuteAsync(MySqlConnection connection, string sql, CancellationToken cancellationToken, params (string Name, object Value)[] values)
    {
        var command = Command(connection, sql, values);
        await using (command.ConfigureAwait(false))
        {
            return Math.Max(0, await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false));
        }
    }

    private static MySqlCommand Command(MySqlConnection connection, string sql, params (string Name, object Value)[] values)
    {
        var command = new MySqlCommand(sql, connection);
        foreach (var (name, value) in values)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }
}
