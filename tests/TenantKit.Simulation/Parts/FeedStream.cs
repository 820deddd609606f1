using TenantKit.Routing;
using TenantKit.Testing.Virtual;

namespace TenantKit.Simulation.Parts;

/// <summary>One connection that carries routes: messages keep their order, and a lost one ends it. A beat tells a silent peer from a dead one.</summary>
internal sealed class FeedStream(Cluster cluster, Replica replica, VirtualNode reader)
{
    private readonly VirtualNode writer = replica.Node;
    private readonly Queue<object> arrived = new();
    private readonly CancellationTokenSource closing = new();
    private TaskCompletionSource<bool> news = new();
    private TimeSpan lastArrival;
    private bool broken;

    public void Close() => closing.Cancel();

    /// <summary>At the replica: sends what the book gives.</summary>
    public async Task PumpAsync(long afterRevision, TimeSpan beat)
    {
        using var timer = writer.CreateTimer(_ => Send(string.Empty), null, beat, beat);
        try
        {
            await foreach (var batch in replica.Feed.WatchAsync(afterRevision, closing.Token))
            {
                Send(batch);
            }
        }
        catch (OperationCanceledException)
        {
            // The reader left.
        }
        catch (Exception exception)
        {
            Send(exception);
        }
    }

    /// <summary>At the gateway: the next batch, or what ended the stream.</summary>
    public async Task<RouteList> NextAsync(TimeSpan silence, CancellationToken cancellationToken)
    {
        while (true)
        {
            while (arrived.TryDequeue(out var message))
            {
                switch (message)
                {
                    case RouteList batch:
                        return batch;
                    case Exception exception:
                        throw exception;
                }
            }

            var waiting = news;
            using var timer = reader.CreateTimer(_ => waiting.TrySetException(new TimeoutException("The feed is silent.")), null, silence, Timeout.InfiniteTimeSpan);
            using var cancelling = cancellationToken.Register(() => waiting.TrySetCanceled(cancellationToken));
            await waiting.Task;
        }
    }

    private void Send(object message)
    {
        if (broken || closing.IsCancellationRequested)
        {
            return;
        }

        if (cluster.Network.Carry(writer, reader) is not { } delay)
        {
            broken = true;
            return;
        }

        lastArrival = TimeSpan.FromTicks(Math.Max(lastArrival.Ticks + 1, (cluster.World.Elapsed + delay).Ticks));
        reader.Post(() => Arrive(message), lastArrival - cluster.World.Elapsed);
    }

    private void Arrive(object message)
    {
        arrived.Enqueue(message);
        var waiting = news;
        news = new TaskCompletionSource<bool>();
        waiting.TrySetResult(true);
    }
}
