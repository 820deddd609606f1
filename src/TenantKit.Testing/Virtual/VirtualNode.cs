namespace TenantKit.Testing.Virtual;

/// <summary>
/// A process of a <see cref="VirtualWorld"/>: everything that runs on it, continuations and timers included, runs on the world's one thread and
/// on this node's own clock. It can be frozen, and it can crash: then nothing of it ever runs again.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class VirtualNode : TimeProvider
{
    private readonly VirtualWorld world;
    private readonly NodeContext context;
    private readonly Queue<VirtualEvent> parked = new();
    private TimeSpan frozenUntil;

    internal VirtualNode(VirtualWorld world, string name, int number)
    {
        this.world = world;
        Name = name;
        Number = number;
        context = new NodeContext(this);
    }

    /// <summary>Its name, for traces.</summary>
    public string Name { get; }

    /// <summary>False once it crashed.</summary>
    public bool IsAlive { get; private set; } = true;

    /// <summary>How far its wall clock is from the world's; may be changed at any time. Its monotonic clock never jumps.</summary>
    /// <value>The default is zero.</value>
    public TimeSpan Skew { get; set; }

    /// <summary>How fast its clocks run.</summary>
    /// <value>The default is 1: as fast as the world's.</value>
    public double Rate { get; init; } = 1;

    /// <summary>True while it is frozen.</summary>
    public bool IsFrozen => frozenUntil > world.Elapsed;

    internal int Number { get; }


    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => VirtualWorld.Epoch + TimeSpan.FromTicks((long)(world.Elapsed.Ticks * Rate)) + Skew;

    /// <inheritdoc/>
    public override long GetTimestamp() => (long)(world.Elapsed.Ticks * Rate);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(world, this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Runs something on this node, after a delay.</summary>
    /// <param name="action">What to run.</param>
    /// <param name="delay">The delay, on the world's clock; null for at once.</param>
    public void Post(Action action, TimeSpan? delay = null)
    {
        ArgumentNullException.ThrowIfNull(action);
        world.Schedule(this, delay ?? TimeSpan.Zero, static state => ((Action)state!)(), action, timer: null);
    }

    /// <summary>Runs something asynchronous on this node; what it throws ends up in the task.</summary>
    /// <param name="action">What to run.</param>
    /// <returns>Its end. Of a node that crashes meanwhile it never comes.</returns>
    public Task RunAsync(Func<Task> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        return RunAsync(async () =>
        {
            await action();
            return true;
        });
    }

    /// <summary>Runs something asynchronous on this node; what it throws ends up in the task.</summary>
    /// <typeparam name="T">What it gives.</typeparam>
    /// <param name="action">What to run.</param>
    /// <returns>What it gave. Of a node that crashes meanwhile it never comes.</returns>
    public Task<T> RunAsync<T>(Func<Task<T>> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        var result = new TaskCompletionSource<T>();
        Post(() => _ = CompleteAsync(action, result));
        return result.Task;
    }

    /// <summary>Stops it where it is for a time, as a paused process is; its clocks go on.</summary>
    /// <param name="time">How long, on the world's clock.</param>
    public void Freeze(TimeSpan time)
    {
        if (world.Elapsed + time > frozenUntil)
        {
            frozenUntil = world.Elapsed + time;
        }
    }

    /// <summary>Ends it for ever, between two of its steps.</summary>
    public void Crash()
    {
        IsAlive = false;
        parked.Clear();
    }

    /// <summary>Keeps an event for later while the node is frozen; true when it was kept.</summary>
    internal bool Park(in VirtualEvent item)
    {
        if (parked.Count == 0 && item.At >= frozenUntil.Ticks)
        {
            return false;
        }

        if (parked.Count == 0)
        {
            world.Clock.Post(Release, frozenUntil - world.Elapsed);
        }

        parked.Enqueue(item);
        return true;
    }

    private void Release()
    {
        if (IsFrozen)
        {
            world.Clock.Post(Release, frozenUntil - world.Elapsed);
            return;
        }

        world.Release(parked);
    }

    internal TimeSpan ToWorld(TimeSpan local) => local <= TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromTicks((long)Math.Ceiling(local.Ticks / Rate));

    /// <summary>Begins something on this node between two events: what it waits for goes on here.</summary>
    internal void RunNow(Action action)
    {
        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(context);
        try
        {
            action();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    internal void Run(in VirtualEvent item)
    {
        SynchronizationContext.SetSynchronizationContext(context);
        item.Callback(item.State);
    }

    private static async Task CompleteAsync<T>(Func<Task<T>> action, TaskCompletionSource<T> result)
    {
        try
        {
            result.TrySetResult(await action());
        }
        catch (Exception exception)
        {
            result.TrySetException(exception);
        }
    }

    private sealed class NodeContext(VirtualNode node) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => node.world.Schedule(node, TimeSpan.Zero, d, state, timer: null);

        public override void Send(SendOrPostCallback d, object? state) => d(state);

        public override SynchronizationContext CreateCopy() => this;
    }
}
