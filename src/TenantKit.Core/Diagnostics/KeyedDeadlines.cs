namespace TenantKit.Diagnostics;

/// <summary>
/// One deadline per key on one timer: a binary heap instead of a timer, or a scan, per key. A key whose deadline is moved leaves its
/// old entry in the heap; it is skipped when it surfaces.
/// </summary>
/// <remarks>Thread-safe. The callback runs on the timer's thread and must be quick.</remarks>
internal sealed class KeyedDeadlines : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);
    private readonly Lock gate = new();
    private readonly PriorityQueue<string, DateTimeOffset> heap = new();
    private readonly Dictionary<string, DateTimeOffset> due = [];
    private readonly TimeProvider time;
    private readonly Action<string> onDue;
    private readonly ITimer timer;
    private DateTimeOffset armed = DateTimeOffset.MaxValue;

    public KeyedDeadlines(TimeProvider time, Action<string> onDue)
    {
        this.time = time;
        this.onDue = onDue;
        timer = time.CreateTimer(static state => ((KeyedDeadlines)state!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Set(string key, DateTimeOffset at)
    {
        lock (gate)
        {
            due[key] = at;
            heap.Enqueue(key, at);
            Arm();
        }
    }

    /// <summary>Sets the deadline unless an earlier one is set already.</summary>
    public void SetEarlier(string key, DateTimeOffset at)
    {
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
            armed = DateTimeOffset.MaxValue;
            var now = time.GetUtcNow();
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
                var wait = at - time.GetUtcNow();
                timer.Change(wait <= TimeSpan.Zero ? TimeSpan.Zero : wait < LongestWait ? wait : LongestWait, Timeout.InfiniteTimeSpan);
            }

            return;
        }
    }
}
