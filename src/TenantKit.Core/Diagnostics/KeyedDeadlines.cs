namespace TenantKit.Diagnostics;

// Compiled into two packages, so its comments are none of the documentation's: there they would count as the same member twice.
// One deadline per key on one timer: a binary heap instead of a timer, or a scan, per key. A key whose deadline is moved leaves its
// old entry in the heap; it is skipped when it surfaces. Deadlines are kept on the monotonic clock: a wall clock that jumps moves none.
// Thread-safe. The callback runs on the timer's thread and must be quick.
internal sealed class KeyedDeadlines<TKey> : IDisposable
    where TKey : notnull
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);
    private readonly Lock gate = new();
    private readonly PriorityQueue<TKey, long> heap = new();
    private readonly Dictionary<TKey, long> due = [];
    private readonly TimeProvider time;
    private readonly Action<TKey> onDue;
    private readonly ITimer timer;
    private long armed = long.MaxValue;

    public KeyedDeadlines(TimeProvider time, Action<TKey> onDue)
    {
        this.time = time;
        this.onDue = onDue;
        timer = time.CreateTimer(static state => ((KeyedDeadlines<TKey>)state!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Set(TKey key, TimeSpan delay)
    {
        var at = At(delay);
        lock (gate)
        {
            due[key] = at;
            heap.Enqueue(key, at);
            Arm();
        }
    }

    // Sets the deadline unless an earlier one is set already.
    public void SetEarlier(TKey key, TimeSpan delay)
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

    public bool Contains(TKey key)
    {
        lock (gate)
        {
            return due.ContainsKey(key);
        }
    }

    // How long until a key is due; null when it has no deadline.
    public TimeSpan? GetLeft(TKey key)
    {
        lock (gate)
        {
            return due.TryGetValue(key, out var at) ? time.GetElapsedTime(time.GetTimestamp(), at) : null;
        }
    }

    public void Remove(TKey key)
    {
        lock (gate)
        {
            due.Remove(key);
        }
    }

    public void Dispose() => timer.Dispose();

    private void Fire()
    {
        List<TKey> fired = [];
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
