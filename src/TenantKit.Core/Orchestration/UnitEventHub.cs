using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace TenantKit.Orchestration;

/// <summary>Hands unit events to every watcher. A watcher that falls behind is cut off rather than lied to: it lists again.</summary>
internal sealed class UnitEventHub
{
    private const int Capacity = 4096;
    private readonly Lock gate = new();
    private volatile Channel<UnitEvent>[] watchers = [];
    private volatile bool completed;

    public void Publish(string tenantId) => Publish(new UnitEvent(tenantId));

    public void Publish(UnitEvent change)
    {
        foreach (var watcher in watchers)
        {
            if (!watcher.Writer.TryWrite(change))
            {
                watcher.Writer.TryComplete();
            }
        }
    }

    public async IAsyncEnumerable<UnitEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<UnitEvent>(new BoundedChannelOptions(Capacity) { SingleReader = true });
        lock (gate)
        {
            watchers = [.. watchers, channel];
        }

        try
        {
            if (completed)
            {
                yield break;
            }

            while (await channel.Reader.WaitToReadAsync(cancellationToken))
            {
                while (channel.Reader.TryRead(out var change))
                {
                    yield return change;
                }
            }
        }
        finally
        {
            lock (gate)
            {
                watchers = [.. watchers.Where(watcher => watcher != channel)];
            }
        }
    }

    public void Complete()
    {
        completed = true;
        foreach (var watcher in watchers)
        {
            watcher.Writer.TryComplete();
        }
    }
}
