using System.Collections.Concurrent;
using System.Data.Common;
using TenantKit.Storage.EntityFrameworkCore.Sessions;

namespace TenantKit.Storage.EntityFrameworkCore.Commits;

/// <summary>Commits the change sets that wait together in one transaction, each still all or nothing by itself.</summary>
/// <remarks>
/// <list type="number">
/// <item>Callers queue; the first one starts the only writer, which takes up to <see cref="MaxBatch"/> sets at a time.</item>
/// <item>Each set is written behind a savepoint: one that conflicts, or whose lease is lost, is taken back alone and told so.</item>
/// <item>One commit makes them all durable; only then does anybody hear of it.</item>
/// </list>
/// When the database itself fails, the transaction is rolled back and every set of it fails the same way.
/// </remarks>
internal sealed class GroupCommitter(StoreProvider provider, StoreTables tables, ChangeSignal signal, long keptRevisions) : IAsyncDisposable, IDisposable
{
    private const int MaxBatch = 64;

    /// <summary>The change log is trimmed once in so many revisions, so that no single commit pays for it.</summary>
    private const long TrimEvery = 1024;

    private const string Savepoint = "changes";

    private readonly ConcurrentQueue<PendingCommit> queue = new();
    private readonly ChangeSetWriter writer = new(provider, tables);
    private StoreSession? session;
    private int running;
    private Task writing = Task.CompletedTask;

    public Task<long> CommitAsync(ChangeSet changes, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<long>(cancellationToken);
        }

        var pending = new PendingCommit(changes, cancellationToken);
        queue.Enqueue(pending);
        Start();
        return pending.Answer;
    }

    public async ValueTask DisposeAsync()
    {
        // Whoever lost a conflict is told before the transaction that others of the batch share has ended.
        await Volatile.Read(ref writing).ConfigureAwait(false);
        if (session is not null)
        {
            await session.DisposeAsync().ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        // The writer runs on the thread pool and has no context to come back to: to wait for it blocks nobody but the caller.
        Volatile.Read(ref writing).GetAwaiter().GetResult();
        session?.Dispose();
    }

    private void Start()
    {
        if (Interlocked.Exchange(ref running, 1) == 0)
        {
            // Away from the caller: it must not write for others while it waits for its own.
            Volatile.Write(ref writing, Task.Run(DrainAsync));
        }
    }

    private async Task DrainAsync()
    {
        var batch = new List<PendingCommit>(MaxBatch);
        do
        {
            while (Take(batch))
            {
                await CommitAsync(batch).ConfigureAwait(false);
            }

            Volatile.Write(ref running, 0);
        }
        while (!queue.IsEmpty && Interlocked.Exchange(ref running, 1) == 0);
    }

    private bool Take(List<PendingCommit> batch)
    {
        batch.Clear();
        while (batch.Count < MaxBatch && queue.TryDequeue(out var pending))
        {
            if (pending.CancellationToken.IsCancellationRequested)
            {
                pending.Cancel();
            }
            else
            {
                batch.Add(pending);
            }
        }

        return batch.Count > 0;
    }

    private async Task CommitAsync(List<PendingCommit> batch)
    {
        try
        {
            session ??= await StoreSession.OpenAsync(provider, CancellationToken.None).ConfigureAwait(false);
            var changed = 0L;
            var transaction = await provider.BeginWriteAsync(session.Connection, CancellationToken.None).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                changed = await WriteAsync(session, transaction, batch).ConfigureAwait(false);
                await transaction.CommitAsync().ConfigureAwait(false);
            }

            if (changed > 0)
            {
                signal.Announce(changed);
            }

            batch.ForEach(static pending => pending.Complete());
        }
        catch (Exception exception)
        {
            // The session may be in any state: the next batch gets a new one.
            var broken = session;
            session = null;
            await CloseAsync(broken).ConfigureAwait(false);
            var told = provider.Explain(exception) ?? exception;
            batch.ForEach(pending => pending.Fail(told));
        }
    }

    /// <summary>Writes the sets, and removes those that conflict from the batch.</summary>
    /// <returns>The newest revision that has a row in the change log; 0 when none has.</returns>
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

    private static async Task CloseAsync(StoreSession? broken)
    {
        try
        {
            if (broken is not null)
            {
                await broken.DisposeAsync().ConfigureAwait(false);
            }
        }
        catch (Exception)
        {
            // What went wrong before is what the callers are told. A session that cannot even be closed must not end the writer: nobody would
            // ever commit again.
        }
    }
}
