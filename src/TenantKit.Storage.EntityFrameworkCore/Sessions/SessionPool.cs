using System.Collections.Concurrent;

namespace TenantKit.Storage.EntityFrameworkCore.Sessions;

/// <summary>Lends sessions for reading. A session whose work failed is closed, not lent again.</summary>
internal sealed class SessionPool(StoreProvider provider) : IAsyncDisposable, IDisposable
{
    /// <summary>Most idle sessions kept open; more than that many readers at once open and close their own.</summary>
    private const int MaxIdle = 16;

    private readonly ConcurrentBag<StoreSession> idle = [];
    private volatile bool disposed;

    /// <summary>Runs work on a session of its own and tells the trouble of the database as the contracts do.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot serve.</exception>
    public async Task<T> UseAsync<T>(Func<StoreSession, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(disposed, this);
        StoreSession? session = null;
        try
        {
            if (!idle.TryTake(out session))
            {
                session = await StoreSession.OpenAsync(provider, cancellationToken).ConfigureAwait(false);
            }

            var answer = await work(session, cancellationToken).ConfigureAwait(false);
            if (!disposed && idle.Count < MaxIdle)
            {
                idle.Add(session);
                session = null;
            }

            return answer;
        }
        catch (Exception exception) when (provider.Explain(exception) is { } explained)
        {
            throw explained;
        }
        finally
        {
            if (session is not null)
            {
                await session.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        disposed = true;
        while (idle.TryTake(out var session))
        {
            await session.DisposeAsync().ConfigureAwait(false);
        }
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
