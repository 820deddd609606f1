using System.Collections.Concurrent;

namespace TenantKit.Storage.EntityFrameworkCore.Sessions;

/// <summary>Lends sessions for reading. A session whose work failed is closed, not lent again.</summary>
internal sealed class SessionPool(StoreProvider provider, TimeProvider time) : IAsyncDisposable, IDisposable
{
    /// <summary>Most idle sessions kept open; more than that many readers at once open and close their own.</summary>
    private const int MaxIdle = 16;

    private readonly ConcurrentBag<StoreSession> idle = [];
    private readonly SemaphoreSlim? turns = provider.MaxReaders < int.MaxValue ? new SemaphoreSlim(provider.MaxReaders) : null;
    private volatile bool disposed;

    /// <summary>Runs work on a session of its own and tells the trouble of the database as the contracts do. The work only reads: it may be repeated.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot serve.</exception>
    public async Task<T> UseAsync<T>(Func<StoreSession, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ObjectDisposedException.ThrowIf(disposed, this);
            try
            {
                return await TryAsync(work, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested && provider.Explain(exception) is not null)
            {
                if (disposed || provider.RetryAfter(exception, attempt, isUncertain: false) is not { } delay)
                {
                    throw provider.Explain(exception)!;
                }

                // What broke one session has likely broken the idle ones as well.
                await ClearAsync().ConfigureAwait(false);
                await Task.Delay(delay, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<T> TryAsync<T>(Func<StoreSession, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        if (turns is null)
        {
            return await WorkAsync(work, cancellationToken).ConfigureAwait(false);
        }

        // Idle sessions hold connections as well: without turns, readers could keep the writer from getting one.
        await turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await WorkAsync(work, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            turns.Release();
        }
    }

    private async Task<T> WorkAsync<T>(Func<StoreSession, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        var session = await TakeAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var answer = await work(session, cancellationToken).ConfigureAwait(false);
            if (!disposed && idle.Count < MaxIdle)
            {
                session.IdleSince = time.GetTimestamp();
                idle.Add(session);
                session = null;
            }

            return answer;
        }
        finally
        {
            if (session is not null)
            {
                await session.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task<StoreSession> TakeAsync(CancellationToken cancellationToken)
    {
        var limit = provider.IdleLimit(SessionUse.Read);
        while (idle.TryTake(out var session))
        {
            if (limit == Timeout.InfiniteTimeSpan || time.GetElapsedTime(session.IdleSince) <= limit)
            {
                return session;
            }

            await session.DisposeAsync().ConfigureAwait(false);
        }

        return await StoreSession.OpenAsync(provider, SessionUse.Read, cancellationToken).ConfigureAwait(false);
    }

    private async Task ClearAsync()
    {
        while (idle.TryTake(out var session))
        {
            await session.DisposeAsync().ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        disposed = true;
        await ClearAsync().ConfigureAwait(false);
    }

    public void Dispose()
    {
        disposed = true;
        while (idle.TryTake(out var session))
        {
            session.Dispose();
        }
    }
}
