namespace TenantKit.Gateway;

/// <summary>Wakes one waiter. Signals that come while nobody waits are remembered as one.</summary>
internal sealed class AsyncSignal
{
    private readonly Lock gate = new();
    private readonly SemaphoreSlim semaphore = new(0, 1);

    /// <summary>Wakes the waiter, or the next one.</summary>
    public void Set()
    {
        lock (gate)
        {
            if (semaphore.CurrentCount == 0)
            {
                semaphore.Release();
            }
        }
    }

    /// <summary>Waits for a signal or until the time is over; infinite waits for a signal only.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task WaitAsync(TimeSpan time, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = clock.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), wait, time, Timeout.InfiniteTimeSpan);
        try
        {
            await semaphore.WaitAsync(wait.Token);
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
