using System.Globalization;
using MySqlConnector;
using TenantKit.Storage.EntityFrameworkCore.Commits;
using TenantKit.Storage.EntityFrameworkCore.Sessions;
using TenantKit.Storage.MySql.Connections;
using TenantKit.Storage.MySql.Schema;
using TenantKit.Storage.MySql.Secrets;

namespace TenantKit.Storage.MySql.Commits;

/// <summary>Commits up to a whole batch of change sets in two round trips, however many they are.</summary>
/// <remarks>
/// <list type="number">
/// <item>Look: begin, lock the row of the revision, and read what the sets depend on: rows by key and by name, and leases. Whoever writes holds
/// that lock to the end of its commit, on all replicas; so what was read stays true, and revisions become visible in order.</item>
/// <item>Decide in memory, set by set, each as if those before it were written: who conflicts is told so and leaves nothing.</item>
/// <item>Write: what is left, grouped by table, the new revision, the number of this commit, and the commit itself, in one text.</item>
/// </list>
/// When the answer to the third step is lost, the next try finds this commit's number in the database, or does not: so nothing is written twice.
/// </remarks>
internal sealed class BatchWriter : ICommitWriter
{
    private readonly StoreTables tables;
    private readonly string writerId;
    private readonly TimeProvider time;
    private readonly WriteScript script;
    private readonly string lookAtSequence;
    private long sequence;
    private long changed;

    public BatchWriter(StoreTables tables, IRecordSecrets secrets, string writerId, TimeProvider time)
    {
        (this.tables, this.writerId, this.time) = (tables, writerId, time);
        script = new WriteScript(tables, secrets);
        lookAtSequence = $"SELECT `Sequence` FROM {Writers} WHERE `Id` = '{writerId}'";
    }

    /// <inheritdoc/>
    public bool IsUncertain { get; private set; }

    private static string Writers { get; } = $"`{MySqlNames.Of("Writers")}`";

    public async Task<long> CommitAsync(StoreSession session, List<PendingCommit> batch)
    {
        var connection = (MySqlConnection)session.Connection;
        try
        {
            return await TryAsync(connection, batch).ConfigureAwait(false);
        }
        catch
        {
            await RollBackAsync(connection).ConfigureAwait(false);
            throw;
        }
    }

    public void GiveUp() => IsUncertain = false;

    private async Task<long> TryAsync(MySqlConnection connection, List<PendingCommit> batch)
    {
        var view = new BatchView(tables);
        view.Add(batch);
        if (batch.Count == 0)
        {
            return 0;
        }

        var (first, written) = await LookAsync(connection, view).ConfigureAwait(false);
        if (IsUncertain && written == sequence)
        {
            IsUncertain = false;
            await RollBackAsync(connection).ConfigureAwait(false);
            return changed;
        }

        IsUncertain = false;
        var accepted = Decide(view, batch, first);
        if (accepted.Count == 0)
        {
            await RollBackAsync(connection).ConfigureAwait(false);
            return 0;
        }

        sequence++;
        await WriteAsync(connection, accepted, first + accepted.Count).ConfigureAwait(false);
        return changed;
    }

    /// <returns>The newest revision, and the number of this writer's last commit.</returns>
    private async Task<(long Revision, long Written)> LookAsync(MySqlConnection connection, BatchView view)
    {
        var command = new MySqlCommand { Connection = connection };
        await using (command.ConfigureAwait(false))
        {
            // The number is always asked for: whoever asks only after a loss would be the first to find out that it does not work.
            var text = new StatementText(command).Add($"START TRANSACTION; SELECT `Value` FROM {tables.Revision} WHERE `Id` = 1 FOR UPDATE; {lookAtSequence}; ");
            view.AddQuestions(text);
            command.CommandText = text.ToString();
            var reader = await command.ExecuteReaderAsync().ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                if (!await reader.ReadAsync().ConfigureAwait(false))
                {
                    throw new StoreUnavailableException($"The table {tables.Revision} has lost its only row. Restore the database from a backup.");
                }

                var revision = reader.GetInt64(0);
                await reader.NextResultAsync().ConfigureAwait(false);
                var written = await reader.ReadAsync().ConfigureAwait(false) ? reader.GetInt64(0) : 0;
                await view.ReadAnswersAsync(reader).ConfigureAwait(false);
                return (revision, written);
            }
        }
    }

    private List<PendingCommit> Decide(BatchView view, List<PendingCommit> batch, long first)
    {
        changed = 0;
        var revision = first;
        for (var index = 0; index < batch.Count; index++)
        {
            var pending = batch[index];
            try
            {
                view.Apply(pending.Changes, revision + 1);
                pending.Revision = ++revision;
                changed = ChangedTenants.Of(pending.Changes).Count > 0 ? revision : changed;
            }
            catch (Exception exception) when (exception is RevisionConflictException or NameTakenException or LeaseLostException)
            {
                pending.Fail(exception);
                batch.RemoveAt(index--);
            }
        }

        return batch;
    }

    private async Task WriteAsync(MySqlConnection connection, List<PendingCommit> accepted, long newest)
    {
        var command = new MySqlCommand { Connection = connection };
        await using (command.ConfigureAwait(false))
        {
            var text = new StatementText(command);
            await script.WriteAsync(text, accepted).ConfigureAwait(false);
            text.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"UPDATE {tables.Revision} SET `Value` = {newest} WHERE `Id` = 1; INSERT INTO {Writers} (`Id`, `Sequence`, `At`) VALUES ('{writerId}', {sequence}, {time.GetUtcNow().UtcTicks}) ON DUPLICATE KEY UPDATE `Sequence` = VALUES(`Sequence`), `At` = VALUES(`At`); COMMIT"));
            IsUncertain = true;
            try
            {
                await text.ExecuteAsync().ConfigureAwait(false);
                IsUncertain = false;
            }
            catch (Exception exception) when (MySqlTrouble.Of(exception) is { IsBeforeCommit: true })
            {
                // The server stops at the first statement that fails; the commit is the last.
                IsUncertain = false;
                throw;
            }
        }
    }

    /// <summary>At once, so that nobody waits for the locks until the server notices that the session is gone.</summary>
    private static async Task RollBackAsync(MySqlConnection connection)
    {
        try
        {
            if (connection.State == System.Data.ConnectionState.Open)
            {
                var command = new MySqlCommand("ROLLBACK", connection) { CommandTimeout = 2 };
                await using (command.ConfigureAwait(false))
                {
                    await command.ExecuteNonQueryAsync().ConfigureAwait(false);
                }
            }
        }
        catch (Exception exception) when (exception is MySqlException or InvalidOperationException or IOException)
        {
            // The session goes, and its transaction with it. What went wrong before is what matters.
        }
    }
}
