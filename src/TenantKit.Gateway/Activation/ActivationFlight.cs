namespace TenantKit.Gateway.Activation;

/// <summary>One way to ready, shared by all who wait for the same tenant. It ends with an outcome, or when the last of them has left.</summary>
internal sealed class ActivationFlight(string tenantId, string principalId) : IDisposable
{
    private readonly Lock gate = new();
    private readonly List<TaskCompletionSource<ActivationOutcome>> waiters = [];
    private ActivationOutcome? outcome;
    private readonly CancellationTokenSource abandoned = new();
    private StartAnswer? answer;
    private int waiting;
    private bool closed;
    private int started;

    public string TenantId { get; } = tenantId;

    /// <summary>On whose behalf the tenant is woken: the first who needed it.</summary>
    public string PrincipalId { get; } = principalId;

    /// <summary>Waits for the outcome with patience of one's own.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<ActivationOutcome> WaitAsync(TimeSpan longest, TimeProvider clock, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var waiter = new TaskCompletionSource<ActivationOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (outcome is { } known)
            {
                return known;
            }

            waiters.Add(waiter);
        }

        using var timer = clock.CreateTimer(
            static state => ((TaskCompletionSource<ActivationOutcome>)state!).TrySetResult(ActivationOutcome.TimedOut), waiter, longest, Timeout.InfiniteTimeSpan);
        using var cancelling = cancellationToken.Register(static state => ((TaskCompletionSource<ActivationOutcome>)state!).TrySetCanceled(), waiter);
        return await waiter.Task;
    }

    /// <summary>Says that something about the tenant changed.</summary>
    public AsyncSignal Signal { get; } = new();

    /// <summary>What the control plane said to the newest wake; null when it was not asked, or has not answered.</summary>
    public StartAnswer? Answer { get => Volatile.Read(ref answer); set => Volatile.Write(ref answer, value); }

    /// <summary>Cancelled when nobody waits any more.</summary>
    public CancellationToken Abandoned => abandoned.Token;

    /// <summary>True for the one caller that has to run it.</summary>
    public bool ClaimStart() => Interlocked.Exchange(ref started, 1) == 0;

    /// <summary>Takes part; false when it is over.</summary>
    public bool TryJoin()
    {
        lock (gate)
        {
            if (closed)
            {
                return false;
            }

            waiting++;
            return true;
        }
    }

    /// <summary>Takes part no longer.</summary>
    public void Leave()
    {
        lock (gate)
        {
            if (--waiting > 0 || closed)
            {
                return;
            }

            closed = true;
        }

        abandoned.Cancel();
    }

    /// <summary>Ends it for all.</summary>
    public void Complete(ActivationOutcome result)
    {
        lock (gate)
        {
            closed = true;
            outcome ??= result;
        }

        waiters.ForEach(waiter => waiter.TrySetResult(result));
    }

    public void Dispose() => abandoned.Dispose();
}
