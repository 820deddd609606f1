namespace TenantKit.Testing.Virtual;

/// <summary>
/// A discrete-event simulation: any number of nodes on one thread and one virtual time. One seed determines everything that happens; time
/// passes only from one event to the next, so an hour costs what happens in it.
/// </summary>
/// <remarks>
/// Not thread-safe, and for code that awaits on the context it was started on: without <c>ConfigureAwait(false)</c>, <c>Task.Run</c> and the
/// like, and with time by <see cref="TimeProvider"/> only. Among events of the same moment a drawn lot decides, so that every order comes up.
/// After FoundationDB's simulation ("FoundationDB: A Distributed Unbundled Transactional Key Value Store", Zhou et al. 2021).
/// </remarks>
public sealed class VirtualWorld
{
    /// <summary>The wall-clock time at which every world begins.</summary>
    public static readonly DateTimeOffset Epoch = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private const ulong HashPrime = 1099511628211UL;
    private readonly EventHeap heap = new();
    private readonly SeededRandom lots;
    private long number;
    private int nodes;
    private bool isStepping;
    private int thread;

    /// <summary>Makes an empty world.</summary>
    /// <param name="seed">The seed.</param>
    public VirtualWorld(ulong seed)
    {
        Seed = seed;
        lots = new SeededRandom(seed ^ 0x5eed);
        Clock = CreateNode("world");
    }

    /// <summary>The seed.</summary>
    public ulong Seed { get; }

    /// <summary>Virtual time since the world began.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>Events that ran.</summary>
    public long Events { get; private set; }

    /// <summary>Names everything that happened so far: equal for equal runs.</summary>
    public ulong Fingerprint { get; private set; } = 14695981039346656037UL;

    /// <summary>The first exception that nobody caught; it ends the run.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Adds a node.</summary>
    /// <param name="name">Its name, for traces.</param>
    /// <param name="rate">How fast its clocks run; 1 as fast as the world's.</param>
    /// <returns>The node.</returns>
    public VirtualNode CreateNode(string name, double rate = 1) => new(this, name, ++nodes) { Rate = rate };

    /// <summary>Runs the next event.</summary>
    /// <returns>False when there is none, or when something failed.</returns>
    public bool Step() => Step(long.MaxValue);

    private bool Step(long end)
    {
        while (heap.Count > 0 && heap.NextAt <= end && Failure is null)
        {
            var item = heap.Pop();
            if (!item.Node.IsAlive || item.Timer?.Version is { } version && version != item.Version)
            {
                continue;
            }

            if (item.Node.Park(item))
            {
                continue;
            }

            Run(item);
            return true;
        }

        return false;
    }

    /// <summary>Runs events until something is reached.</summary>
    /// <param name="isReached">Asked after each event.</param>
    /// <param name="limit">The most virtual time to pass.</param>
    /// <returns>True when it was reached.</returns>
    public bool RunUntil(Func<bool> isReached, TimeSpan limit)
    {
        ArgumentNullException.ThrowIfNull(isReached);
        var end = Elapsed + limit;
        while (!isReached())
        {
            if (!Step(end.Ticks))
            {
                Elapsed = Failure is null && Elapsed < end ? end : Elapsed;
                return isReached();
            }
        }

        return true;
    }

    /// <summary>Runs the events of a span of virtual time.</summary>
    /// <param name="time">The span.</param>
    public void RunFor(TimeSpan time) => RunUntil(static () => false, time);

    /// <summary>Runs something on a node until it has ended, and everything else meanwhile.</summary>
    /// <typeparam name="T">What it gives.</typeparam>
    /// <param name="node">The node.</param>
    /// <param name="action">What to run.</param>
    /// <param name="limit">The most virtual time it may take; null for an hour.</param>
    /// <returns>What it gave.</returns>
    /// <exception cref="TimeoutException">It did not end in time.</exception>
    public T Run<T>(VirtualNode node, Func<Task<T>> action, TimeSpan? limit = null)
    {
        ArgumentNullException.ThrowIfNull(node);
        var task = node.RunAsync(action);
        if (!RunUntil(() => task.IsCompleted, limit ?? TimeSpan.FromHours(1)))
        {
            throw new TimeoutException($"It did not end within the virtual time it was given (seed {Seed}).", Failure);
        }

        return task.GetAwaiter().GetResult();
    }

    /// <summary>Runs something on a node until it has ended, and everything else meanwhile.</summary>
    /// <param name="node">The node.</param>
    /// <param name="action">What to run.</param>
    /// <param name="limit">The most virtual time it may take; null for an hour.</param>
    /// <exception cref="TimeoutException">It did not end in time.</exception>
    public void Run(VirtualNode node, Func<Task> action, TimeSpan? limit = null)
    {
        ArgumentNullException.ThrowIfNull(action);
        Run(
            node,
            async () =>
            {
                await action();
                return true;
            },
            limit);
    }

    /// <summary>Makes something part of the world's <see cref="Fingerprint"/>.</summary>
    /// <param name="value">What happened.</param>
    public void Mix(ulong value) => Fingerprint = (Fingerprint ^ value) * HashPrime;

    /// <summary>A node that never stops, for what the world itself does.</summary>
    internal VirtualNode Clock { get; }

    internal void Schedule(VirtualNode node, TimeSpan delay, SendOrPostCallback callback, object? state, VirtualTimer? timer)
    {
        if (isStepping && thread != Environment.CurrentManagedThreadId)
        {
            lock (heap)
            {
                Failure ??= new InvalidOperationException(
                    $"Something of node {node.Name} runs on another thread: it left the context it was awaited on.\n{Environment.StackTrace}");
            }

            return;
        }

        heap.Push(new VirtualEvent(Elapsed.Ticks + Math.Max(0, delay.Ticks), lots.NextBits(), ++number, node, callback, state, timer, timer?.Version ?? 0));
    }

    /// <summary>Lets what waited for a frozen node happen now, in the order in which it would have.</summary>
    internal void Release(Queue<VirtualEvent> parked)
    {
        while (parked.TryDequeue(out var item))
        {
            heap.Push(item with { At = Elapsed.Ticks, Tie = 0, Number = ++number });
        }
    }

    private void Run(in VirtualEvent item)
    {
        Elapsed = TimeSpan.FromTicks(Math.Max(Elapsed.Ticks, item.At));
        Events++;
        Mix((ulong)item.At);
        Mix((ulong)item.Node.Number);
        var outer = SynchronizationContext.Current;
        (isStepping, thread) = (true, Environment.CurrentManagedThreadId);
        try
        {
            item.Node.Run(item);
        }
        catch (Exception exception)
        {
            Failure = new InvalidOperationException($"Something on node {item.Node.Name} threw at {Elapsed} and nobody caught it (seed {Seed}).", exception);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
            isStepping = false;
        }
    }
}
