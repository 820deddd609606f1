using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace TenantKit.Gateway.Fairness;

/// <summary>Where connections that carry much, or a crowd's requests (<see cref="CrowdWatch"/>), take turns: a part of the thread pool that is no wider than there are processors.</summary>
/// <remarks>
/// In a dedicated gateway all else runs on the threads that wait for sockets, as many as there are processors too. So where the processor is short,
/// what is in this lane gets half of it, however much that is: the system shares it between threads, and each download on a thread of its own would
/// leave everybody else one share. First come, first served, a turn at a time; after a tenth of a millisecond other threads go first. Thread-safe.
/// </remarks>
internal sealed class BulkLane : IThreadPoolWorkItem
{
    // What is worked on here before other threads are let through: long enough not to change threads all the time, short beside what a request takes.
    private static readonly long Stretch = Stopwatch.Frequency / 10_000;

    private readonly ConcurrentQueue<Action> waiting = new();
    private readonly int width;
    private readonly Action<IThreadPoolWorkItem> start;
    private int workers;
    private long yielded;

    /// <param name="width">How many take their turn at the same time; 1 or more.</param>
    /// <param name="start">Starts a worker; null for the thread pool.</param>
    public BulkLane(int width, Action<IThreadPoolWorkItem>? start = null)
    {
        this.width = width;
        this.start = start ?? (static worker => ThreadPool.UnsafeQueueUserWorkItem(worker, preferLocal: false));
    }

    /// <summary>The one of this process.</summary>
    public static BulkLane Shared { get; } = new(Environment.ProcessorCount);

    /// <summary>Awaited, it goes on when it is this one's turn.</summary>
    public TurnAwaitable Turn() => new(this);

    void IThreadPoolWorkItem.Execute()
    {
        if (waiting.TryDequeue(out var turn))
        {
            turn();
            LetOthersRun();
        }

        if (!waiting.IsEmpty)
        {
            start(this); // behind what else waits in the pool
            return;
        }

        Interlocked.Decrement(ref workers);
        if (!waiting.IsEmpty)
        {
            Start(); // whoever came in between took this worker for one that goes on
        }
    }

    // The system would let it run for some milliseconds first, although the threads that wait for sockets have something to do. Workers that
    // race here yield once more or once less.
    private void LetOthersRun()
    {
        var now = Stopwatch.GetTimestamp();
        if (now - Volatile.Read(ref yielded) > Stretch)
        {
            Thread.Yield();
            Volatile.Write(ref yielded, Stopwatch.GetTimestamp());
        }
    }

    private void Enter(Action turn)
    {
        waiting.Enqueue(turn);
        Start();
    }

    private void Start()
    {
        for (var count = Volatile.Read(ref workers); count < width;)
        {
            var seen = Interlocked.CompareExchange(ref workers, count + 1, count);
            if (seen == count)
            {
                start(this);
                return;
            }

            count = seen;
        }
    }

    /// <summary>See <see cref="Turn"/>.</summary>
    public readonly struct TurnAwaitable(BulkLane lane) : ICriticalNotifyCompletion
    {
        public bool IsCompleted => false;

        public TurnAwaitable GetAwaiter() => this;

        public void GetResult()
        {
            // There is none.
        }

        public void OnCompleted(Action continuation) => lane.Enter(continuation);

        public void UnsafeOnCompleted(Action continuation) => lane.Enter(continuation);
    }
}
