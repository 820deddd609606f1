namespace TenantKit.Testing.Virtual;

/// <summary>A timer of a node, on virtual time.</summary>
internal sealed class VirtualTimer(VirtualWorld world, VirtualNode node, TimerCallback callback, object? state) : ITimer
{
    private static readonly SendOrPostCallback Fire = static state => ((VirtualTimer)state!).OnFired();
    private TimeSpan period;
    private bool disposed;

    /// <summary>Grows with each change: an event of an earlier version is void.</summary>
    public int Version { get; private set; }

    public bool Change(TimeSpan dueTime, TimeSpan newPeriod)
    {
        if (disposed)
        {
            return false;
        }

        Version++;
        period = newPeriod;
        if (dueTime != Timeout.InfiniteTimeSpan)
        {
            world.Schedule(node, node.ToWorld(dueTime), Fire, this, this);
        }

        return true;
    }

    public void Dispose()
    {
        disposed = true;
        Version++;
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private void OnFired()
    {
        if (period > TimeSpan.Zero)
        {
            world.Schedule(node, node.ToWorld(period), Fire, this, this);
        }

        callback(state);
    }
}
