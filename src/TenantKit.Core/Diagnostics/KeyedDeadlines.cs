namespace TenantKit.Diagnostics;

/// <summary>
/// One deadline per key on one timer: a binary heap instead of a timer, or a scan, per key. A key whose deadline is moved leaves its
/// old entry in the heap; it is skipped when it surfaces. Deadlines are kept on the monotonic clock: a wall clock that jumps moves none.
/// </summary>
/// <remarks>Thread-safe. The callback runs on the timer's thread and must be quick.</remarks>
internal sealed class KeyedDeadlines : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);
    private readonly Lock gate = new();
    private readonly PriorityQueue<string, long> heap = new();
    private readonly Dictionary<string, long> due = [];
    private readonly TimeProvider time;
    private readonly Action<string> onDue;
    private readonly ITimer timer;
    private long armed = long.MaxValue;

    public KeyedDeadlines(TimeProvider time, Action<string> onDue)
    {
        this.time = time;
        this.onDue = onDue;
        timer = time.CreateTimer(static state => ((KeyedDeadlines)state!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Set(string key, TimeSpan delay)
    {
        var at = At(delay);
        lock (gate)
        {
            due[key] = at;
            heap.Enqueue(key, at);
            Arm();
        }
    }

    /// <summary>Sets the deadline unless an earlier one is set already.</summary>
    public void SetEarlier(string key, TimeSpan delay)
    {
        var at = At(delay);
        lock (gate)
        {
            if (!due.TryGetValue(key, out var current) || at < current)
            {
                due[key] = at;
                heap.Enqueue(key, at);
                Arm();
            }
        }
    }

    public bool Contains(string key)
    {
        lock (gate)
        {
            return due.ContainsKey(key);
        }
    }

    /// <summary>How long until a key is due; null when it has no deadline.</summary>
    public TimeSpan? GetLeft(string key)
    {
        lock (gate)
        {
            return due.TryGetValue(key, out var at) ? time.GetElapsedTime(time.GetTimestamp(), at) : null;
        }
    }

    public void Remove(string key)
    {
        lock (gate)
        {
            due.Remove(key);
        }
    }

    public void Dispose() => timer.Dispose();

    private void Fire()
    {
        List<string> fired = [];
        lock (gate)
        {
            armed = long.MaxValue;
            var now = time.GetTimestamp();
            while (heap.TryPeek(out var key, out var at) && at <= now)
            {
                heap.Dequeue();
                if (due.TryGetValue(key, out var current) && current == at)
                {
                    due.Remove(key);
                    fired.Add(key);
                }
            }

            Arm();
        }

        foreach (var key in fired)
        {
            onDue(key);
        }
    }

    // Rounded up, so that the timer never comes a tick too early for its own deadline.
    private long At(TimeSpan delay) => time.GetTimestamp() + (long)Math.Ceiling(Math.Max(0, delay.TotalSeconds) * time.TimestampFrequency);

    private void Arm()
    {
        while (heap.TryPeek(out var key, out var at))
        {
            if (!due.TryGetValue(key, out var current) || current != at)
            {
                heap.Dequeue();
                continue;
            }

            if (at < armed)
            {
                armed = at;
                var wait = time.GetElapsedTime(time.GetTimestamp(), at);
                timer.Change(wait <= TimeSpan.Zero ? TimeSpan.Zero : wait < LongestWait ? wait : LongestWait, Timeout.InfiniteTimeSpan);
            }

            return;
        }
    }
}
