using TenantKit.Diagnostics;
using TenantKit.Tenants;

namespace TenantKit.Reconciliation.Queue;

/// <summary>
/// The keyed work queue of the control loop, as controllers of Kubernetes have it (client-go, <c>util/workqueue</c>): a key waits at most
/// once, is never given to two workers at a time, and a key that is added while it is worked on is given out once more afterwards.
/// Beyond that, people's work goes before wakes, and wakes before background work.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ReconcileQueue : IDisposable
{
    private readonly Lock gate = new();
    private readonly Queue<string>[] lanes = [new(), new(), new()];
    private readonly Dictionary<string, Entry> entries = [];
    private readonly Queue<TaskCompletionSource<string>> takers = new();
    private readonly KeyedDeadlines<string> delayed;

    public ReconcileQueue(TimeProvider time) => delayed = new KeyedDeadlines<string>(time, key => Add(key, IntentOrigin.Background));

    /// <summary>How many keys wait now.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return entries.Count(static pair => pair.Value.Waiting);
            }
        }
    }

    public void Add(string key, IntentOrigin origin)
    {
        lock (gate)
        {
            delayed.Remove(key);
            if (!entries.TryGetValue(key, out var entry))
            {
                entries[key] = entry = new Entry();
            }

            if (entry.Waiting)
            {
                // A more urgent reason moves the key ahead; the slot left in the slower lane is skipped when it surfaces.
                if (origin < entry.Origin)
                {
                    entry.Origin = origin;
                    lanes[(int)origin].Enqueue(key);
                    HandOut();
                }

                return;
            }

            entry.Waiting = true;
            entry.Origin = origin;
            if (!entry.Working)
            {
                lanes[(int)origin].Enqueue(key);
                HandOut();
            }
        }
    }

    public void AddAfter(string key, TimeSpan delay)
    {
        if (delay <= TimeSpan.Zero)
        {
            Add(key, IntentOrigin.Background);
            return;
        }

        delayed.SetEarlier(key, delay);
    }

    public async Task<string> TakeAsync(CancellationToken cancellationToken)
    {
        var taker = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            takers.Enqueue(taker);
            HandOut();
        }

        using var cancelling = cancellationToken.Register(static state => ((TaskCompletionSource<string>)state!).TrySetCanceled(), taker);
        return await taker.Task;
    }

    public void Done(string key)
    {
        lock (gate)
        {
            var entry = entries[key];
            entry.Working = false;
            if (entry.Waiting)
            {
                lanes[(int)entry.Origin].Enqueue(key);
                HandOut();
            }
            else
            {
                entries.Remove(key);
            }
        }
    }

    public void Dispose() => delayed.Dispose();

    /// <summary>Gives keys to those who wait for one, in order on both sides. The lock is held.</summary>
    private void HandOut()
    {
        while (takers.TryPeek(out var taker))
        {
            if (taker.Task.IsCompleted)
            {
                takers.Dequeue();
                continue;
            }

            if (Next() is not { } found)
            {
                return;
            }

            takers.Dequeue();
            if (!taker.TrySetResult(found.Key))
            {
                // It was cancelled this moment: the key waits for the next one.
                (found.Entry.Working, found.Entry.Waiting) = (false, true);
                lanes[(int)found.Entry.Origin].Enqueue(found.Key);
            }
        }
    }

    private (string Key, Entry Entry)? Next()
    {
        for (var lane = 0; lane < lanes.Length; lane++)
        {
            while (lanes[lane].TryDequeue(out var key))
            {
                if (entries.TryGetValue(key, out var entry) && entry is { Waiting: true, Working: false } && (int)entry.Origin == lane)
                {
                    (entry.Waiting, entry.Working) = (false, true);
                    return (key, entry);
                }
            }
        }

        return null;
    }

    private sealed class Entry
    {
        public bool Waiting { get; set; }

        public bool Working { get; set; }

        public IntentOrigin Origin { get; set; }
    }
}
