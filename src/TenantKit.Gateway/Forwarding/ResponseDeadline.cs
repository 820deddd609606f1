namespace TenantKit.Gateway.Forwarding;

/// <summary>The time an app has for the head of its answer, counted from the last byte of the request it was given. Off once the answer began.</summary>
/// <remarks>
/// Used again for other requests while it never ran out: a timer and a source of cancellation for each would cost more than all else that is
/// done for a request. The timer is set once and left alone: when it fires it looks whether the time has been put off since, and goes on.
/// </remarks>
internal sealed class ResponseDeadline : IDisposable
{
    private const long Never = long.MaxValue;

    private readonly Lock gate = new();
    private readonly CancellationTokenSource source = new();
    private readonly TimeProvider clock;
    private readonly ITimer timer;
    private TimeSpan time;
    private long dueAt = Never;
    private long firesAt = Never;
    private bool running;
    private bool expired;

    public ResponseDeadline(TimeProvider clock)
    {
        this.clock = clock;
        timer = clock.CreateTimer(static state => ((ResponseDeadline)state!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public CancellationToken Token => source.Token;

    /// <summary>True once the time was over. Then it cannot be used again.</summary>
    public bool Expired
    {
        get
        {
            lock (gate)
            {
                return expired;
            }
        }
    }

    /// <summary>Begins; infinite never ends.</summary>
    public void Start(TimeSpan longest)
    {
        lock (gate)
        {
            (time, running, dueAt) = (longest, longest != Timeout.InfiniteTimeSpan, Never);
            if (running)
            {
                PutOff();
            }
        }
    }

    /// <summary>Begins anew: the request makes progress.</summary>
    public void Restart()
    {
        lock (gate)
        {
            if (running)
            {
                PutOff();
            }
        }
    }

    /// <summary>Stands still while the client, not the app, is waited for. A client that sends nothing is the server's to cut off.</summary>
    public void Pause()
    {
        lock (gate)
        {
            dueAt = Never;
        }
    }

    /// <summary>The answer began.</summary>
    public void Stop()
    {
        lock (gate)
        {
            (dueAt, running) = (Never, false);
        }
    }

    public void Dispose()
    {
        Stop();
        timer.Dispose();
        source.Dispose();
    }

    private void PutOff()
    {
        dueAt = clock.GetTimestamp() + (long)(time.TotalSeconds * clock.TimestampFrequency);
        if (firesAt > dueAt)
        {
            firesAt = dueAt;
            timer.Change(time, Timeout.InfiniteTimeSpan);
        }
    }

    private void Fire()
    {
        lock (gate)
        {
            firesAt = Never;
            if (dueAt == Never)
            {
                return;
            }

            var left = clock.GetElapsedTime(clock.GetTimestamp(), dueAt);
            if (left > TimeSpan.Zero)
            {
                firesAt = dueAt;
                timer.Change(left, Timeout.InfiniteTimeSpan);
                return;
            }

            (expired, running, dueAt) = (true, false, Never);
        }

        source.Cancel();
    }
}
