namespace TenantKit.Gateway.Forwarding;

/// <summary>The time an app has for the head of its answer, counted from the last byte of the request it was given. Off once the answer began.</summary>
/// <remarks>
/// Used again for other requests while it never ran out: a timer and a source of cancellation for each would cost more than all else that is
/// done for a request. The timer is set once and left alone: when it fires it looks whether the time has been put off since, and goes on. An app
/// that has let a second pass is looked at once a second from then on: where it is of no use to wait for it, the time is over before its end.
/// Looks, not ends, are put together in quarters of a second: the timers of all that go on fire at once then, instead of each waking a thread.
/// </remarks>
internal sealed class ResponseDeadline : IDisposable
{
    private const long Never = long.MaxValue;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Together = TimeSpan.FromSeconds(0.25);

    private readonly Lock gate = new();
    private readonly Func<bool> isHopeless;
    private readonly CancellationTokenSource source = new();
    private readonly TimeProvider clock;
    private readonly ITimer timer;
    private TimeSpan time;
    private long dueAt = Never;
    private long firesAt = Never;
    private long waitsSince;
    private bool running;
    private bool expired;

    /// <param name="clock">The clock.</param>
    /// <param name="isHopeless">Asked, on a thread of the timer, while the time runs and nobody else touches this deadline; true ends the time.</param>
    public ResponseDeadline(TimeProvider clock, Func<bool> isHopeless)
    {
        this.clock = clock;
        this.isHopeless = isHopeless;
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

    /// <summary>Begins at a timestamp of the clock; infinite never ends.</summary>
    public void Start(TimeSpan longest, long now)
    {
        lock (gate)
        {
            (time, running, dueAt) = (longest, longest != Timeout.InfiniteTimeSpan, Never);
            if (running)
            {
                PutOff(now);
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
                PutOff(clock.GetTimestamp());
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

    private void PutOff(long now)
    {
        waitsSince = now;
        dueAt = waitsSince + Ticks(time);
        FireBy(waitsSince + Ticks(Patience), waitsSince);
    }

    private void FireBy(long next, long now)
    {
        var step = Ticks(Together);
        next = Math.Min((next + step - 1) / step * step, dueAt);
        if (firesAt > next)
        {
            firesAt = next;
            timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(clock.GetElapsedTime(now, Math.Max(now, next)).TotalMilliseconds)), Timeout.InfiniteTimeSpan);
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

            var now = clock.GetTimestamp();
            var patient = waitsSince + Ticks(Patience);
            if (now < dueAt && (now < patient || !isHopeless()))
            {
                FireBy(now < patient ? patient : now + Ticks(Patience), now);
                return;
            }

            (expired, running, dueAt) = (true, false, Never);
        }

        source.Cancel();
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * clock.TimestampFrequency);
}
