using System.Runtime.CompilerServices;
using TenantKit.Routing;
using TenantKit.Testing.Virtual;

namespace TenantKit.Simulation.Parts;

/// <summary>The route feed as one life of a gateway reads it: a stream from any one replica, in order, until it breaks.</summary>
internal sealed class FeedLink(Cluster cluster, GatewayPart gateway, VirtualNode node, SeededRandom random) : IRouteFeed
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    private Replica? chosen;

    public async Task<RouteList> ListAsync(CancellationToken cancellationToken)
    {
        var replica = Choose();
        var list = await cluster.Network.CallAsync(
            node, replica.Node, () => replica.Feed.ListAsync(CancellationToken.None), static () => new IOException("The list did not come in time."), Silence, cancellationToken);
        gateway.HasList = true;
        return list;
    }

    public async IAsyncEnumerable<RouteList> WatchAsync(long afterRevision, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var replica = chosen is { IsUp: true } known && random.Chance(0.5) ? known : Choose();
        var stream = new FeedStream(cluster, replica, node);
        using var ending = cancellationToken.Register(stream.Close);
        replica.Node.Post(() => _ = stream.PumpAsync(afterRevision, Beat), TimeSpan.FromMilliseconds(1));
        try
        {
            while (true)
            {
                yield return await stream.NextAsync(Silence, cancellationToken);
            }
        }
        finally
        {
            stream.Close();
        }
    }

    private Replica Choose()
    {
        var up = cluster.Replicas.Where(static replica => replica.IsUp).ToList();
        return chosen = up.Count > 0 ? up[random.Next(up.Count)] : throw new IOException("No replica accepts the connection.");
    }
}
