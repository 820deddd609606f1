using System.Data.Common;
using TenantKit.Storage.EntityFrameworkCore.Sessions;

namespace TenantKit.Storage.EntityFrameworkCore.Commits;

/// <summary>Writes each set behind a savepoint, statement by statement: right where a statement costs no round trip over a network.</summary>
internal sealed class SavepointWriter(StoreProvider provider, StoreTables tables, long keptRevisions) : ICommitWriter
{
    /// <summary>The change log is trimmed once in so many revisions, so that no single commit pays for it.</summary>
    private const long TrimEvery = 1024;

    private const string Savepoint = "changes";

    private readonly ChangeSetWriter writer = new(provider, tables);

    /// <inheritdoc/>
    public bool IsUncertain => false;

    public async Task<long> CommitAsync(StoreSession session, List<PendingCommit> batch)
    {
        var transaction = await provider.BeginWriteAsync(session.Connection, CancellationToken.None).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            var changed = await WriteAsync(session, transaction, batch).ConfigureAwait(false);
            await transaction.CommitAsync().ConfigureAwait(false);
            return changed;
        }
    }

    public void GiveUp()
    {
    }

    /// <summary>Writes the sets, and removes those that conflict from the batch.</summary>
    private async Task<long> WriteAsync(StoreSession open, DbTransaction transaction, List<PendingCommit> batch)
    {
        await open.Command(tables.LockRevision, transaction).ExecuteNonQueryAsync().ConfigureAwait(false);
        var first = Convert.ToInt64(await open.Command(tables.ReadRevision, transaction).ExecuteScalarAsync().ConfigureAwait(false), null);
        var (revision, changed) = (first, 0L);
        for (var index = 0; index < batch.Count; index++)
        {
            var pending = batch[index];
            await transaction.SaveAsync(Savepoint).ConfigureAwait(false);
            try
            {
                await writer.WriteAsync(open, transaction, pending.Changes, revision + 1).ConfigureAwait(false);
                pending.Revision = ++revision;
                changed = ChangedTenants.Of(pending.Changes).Count > 0 ? revision : changed;
            }
            catch (Exception exception) when (exception is RevisionConflictException or NameTakenException or LeaseLostException or ArgumentException)
            {
                await transaction.RollbackAsync(Savepoint).ConfigureAwait(false);
                pending.Fail(exception);
                batch.RemoveAt(index--);
            }

            await transaction.ReleaseAsync(Savepoint).ConfigureAwait(false);
        }

        if (revision > first)
        {
            await open.Command(tables.WriteRevision, transaction, "@value", revision).ExecuteNonQueryAsync().ConfigureAwait(false);
            if (revision > keptRevisions && revision / TrimEvery != first / TrimEvery)
            {
                await open.Command(tables.Trim, transaction, "@trimmed", revision - keptRevisions).ExecuteNonQueryAsync().ConfigureAwait(false);
            }
        }

        return changed;
    }
}
