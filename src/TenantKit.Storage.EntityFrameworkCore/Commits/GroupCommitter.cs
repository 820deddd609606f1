using System.Collections.Concurrent;
using TenantKit.Storage.EntityFrameworkCore.Sessions;

namespace TenantKit.Storage.EntityFrameworkCore.Commits;

/// <summary>Commits the change sets that wait together in one transaction, each still all or nothing by itself.</summary>
/// <remarks>
/// <list type="number">
/// <item>Callers queue; the first one starts the only writer, which takes up to <see cref="MaxBatch"/> sets at a time.</item>
/// <item>One that conflicts, or whose lease is lost, is left out alone and told so.</item>
/// <item>One commit makes them all durable; only then does anybody hear of it.</item>
/// </list>
/// When the database itself fails, the transaction is rolled back; where the provider says so it is tried again on a new session, and else
/// every set of it fails the same way.
/// </remarks>
internal sealed class GroupCommitter(StoreProvider provider, ICommitWriter writer, ChangeSignal signal, TimeProvider time) : IAsyncDisposable, IDisposable
{
    private const int MaxBatch = 64;

    private readonly ConcurrentQueue<PendingCommit> queue = new();

    // Never disposed of, as it holds nothing: a container disposes of a store once for each service that it is.
    private readonly CancellationTokenSource stopping = new();
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
        await stopping.CancelAsync().ConfigureAwait(false);
        await Volatile.Read(ref writing).ConfigureAwait(false);
        if (session is not null)
        {
            await session.DisposeAsync().ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        // The writer runs on the thread pool and has no context to come back to: to wait for it blocks nobody but the caller.
        stopping.Cancel();
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
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var open = await SessionAsync().ConfigureAwait(false);
                var changed = await writer.CommitAsync(open, batch).ConfigureAwait(false);
                open.IdleSince = time.GetTimestamp();
                if (changed > 0)
                {
                    signal.Announce(changed);
                }

                batch.ForEach(static pending => pending.Complete());
                return;
            }
            catch (Exception exception)
            {
                await CloseAsync().ConfigureAwait(false);
                if (!await WaitAsync(provider.RetryAfter(exception, attempt, writer.IsUncertain)).ConfigureAwait(false))
                {
                    var told = provider.Explain(exception) ?? exception;
                    told = writer.IsUncertain
                        ? new StoreUnavailableException($"{told.Message} Whether the change was written is not known: read again before it is repeated.", exception) { IsUncertain = true }
                        : told;
                    writer.GiveUp();
                    batch.ForEach(pending => pending.Fail(told));
                    return;
                }
            }
        }
    }

    private async Task<StoreSession> SessionAsync()
    {
        var limit = provider.IdleLimit(SessionUse.Write);
        if (session is not null && limit != Timeout.InfiniteTimeSpan && time.GetElapsedTime(session.IdleSince) > limit)
        {
            await CloseAsync().ConfigureAwait(false);
        }

        return session ??= await StoreSession.OpenAsync(provider, SessionUse.Write, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Waits before another try; false when there is none.</summary>
    private async Task<bool> WaitAsync(TimeSpan? delay)
    {
        if (delay is not { } wait || stopping.IsCancellationRequested)
        {
            return false;
        }

        await Task.Delay(wait, time, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return true;
    }

    /// <summary>The session may be in any state: the next try gets a new one.</summary>
    private async Task CloseAsync()
    {
        var broken = session;
        session = null;
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
