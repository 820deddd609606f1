namespace TenantKit.Gateway;

/// <summary>Wakes one waiter. Signals that come while nobody waits are remembered as one.</summary>
internal sealed class AsyncSignal
{
    private readonly Lock gate = new();
    private TaskCompletionSource? waiter;
    private bool isSet;

    /// <summary>Wakes the waiter, or the next one.</summary>
    public void Set()
    {
        lock (gate)
        {
            // A waiter whose time was over this moment did not get it: it is remembered.
            isSet = waiter?.TrySetResult() != true;
            waiter = null;
        }
    }

    /// <summary>Waits for a signal or until the time is over; infinite waits for a signal only.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task WaitAsync(TimeSpan time, TimeProvider clock, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Begin() is not { } waiting)
        {
            return;
        }

        using var timer = clock.CreateTimer(static state => ((TaskCompletionSource)state!).TrySetResult(), waiting, time, Timeout.InfiniteTimeSpan);
        using var cancelling = cancellationToken.Register(static state => ((TaskCompletionSource)state!).TrySetResult(), waiting);
        await waiting.Task;
        lock (gate)
        {
            if (waiter == waiting)
            {
                waiter = null;
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Waits for a signal, whatever time it takes: without a timer, and without anything else that a hundred thousand waiters would pay for.</summary>
    public Task WaitAsync() => Begin()?.Task ?? Task.CompletedTask;

    /// <summary>Becomes the waiter; null when a signal was there already.</summary>
    private TaskCompletionSource? Begin()
    {
        lock (gate)
        {
            if (isSet)
            {
                isSet = false;
                return null;
            }

            return waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
