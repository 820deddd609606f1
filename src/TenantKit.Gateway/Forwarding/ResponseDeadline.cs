namespace TenantKit.Gateway.Forwarding;

/// <summary>The time an app has for the head of its answer, counted from the last byte of the request it was given. Off once the answer began.</summary>
internal sealed class ResponseDeadline : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly ITimer timer;
    private readonly TimeSpan time;
    private volatile bool stopped;

    public ResponseDeadline(TimeSpan time, TimeProvider clock)
    {
        this.time = time;
        timer = clock.CreateTimer(static state => ((ResponseDeadline)state!).Fire(), this, time, Timeout.InfiniteTimeSpan);
    }

    public CancellationToken Token => source.Token;

    public bool Expired => source.IsCancellationRequested;

    /// <summary>Begins anew: the request makes progress.</summary>
    public void Restart()
    {
        if (!stopped)
        {
            timer.Change(time, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Stands still while the client, not the app, is waited for. A client that sends nothing is the server's to cut off.</summary>
    public void Pause()
    {
        if (!stopped)
        {
            timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>The answer began.</summary>
    public void Stop()
    {
        stopped = true;
        timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        stopped = true;
        timer.Dispose();
        source.Dispose();
    }

    private void Fire()
    {
        if (stopped)
        {
            return;
        }

        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The exchange ended at the same moment.
        }
    }
}
