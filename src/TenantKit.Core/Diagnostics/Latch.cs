namespace TenantKit.Diagnostics;

/// <summary>Opens once, for everybody who waits and who comes later; each may have patience of its own.</summary>
/// <remarks>
/// Thread-safe. Waiters go on asynchronously, and on the context they wait on: a task completed with asynchronous continuations would bring
/// <see cref="Task.WaitAsync(CancellationToken)"/> to the thread pool first, out of the reach of a scheduler that runs everything.
/// </remarks>
internal sealed class Latch
{
    private readonly Lock gate = new();
    private HashSet<TaskCompletionSource>? waiters = [];

    /// <summary>True once it is open.</summary>
    public bool IsOpen => Volatile.Read(ref waiters) is null;

    public void Open()
    {
        HashSet<TaskCompletionSource>? waiting;
        lock (gate)
        {
            (waiting, waiters) = (waiters, null);
        }

        foreach (var waiter in waiting ?? [])
        {
            waiter.TrySetResult();
        }
    }

    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (waiters is null)
            {
                return;
            }

            waiters.Add(waiter);
        }

        try
        {
            using var cancelling = cancellationToken.Register(static state => ((TaskCompletionSource)state!).TrySetCanceled(), waiter);
            await waiter.Task;
        }
        catch (OperationCanceledException)
        {
            lock (gate)
            {
                waiters?.Remove(waiter);
            }

            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
