using TenantKit.Simulation.Parts;
using TenantKit.Testing.Virtual;

namespace TenantKit.Simulation.Faults;

/// <summary>Once a second for each part: crashes, freezes, partitions, and clocks that jump.</summary>
internal sealed class Troublemaker(Cluster cluster)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly VirtualNode node = cluster.World.CreateNode("trouble");
    private readonly SeededRandom random = new(cluster.SeedOf("trouble"));

    public void Start() => node.Post(() => _ = WorkAsync());

    private async Task WorkAsync()
    {
        while (!cluster.Faults.Healed)
        {
            await Task.Delay(random.Between(Second * 0.5, Second * 1.5), node);
            foreach (var replica in cluster.Replicas)
            {
                Trouble(replica);
            }

            foreach (var gateway in cluster.Gateways)
            {
                Trouble(gateway);
            }

            if (cluster.Faults.Strikes(FaultKind.NetworkPartition))
            {
                Cut();
            }
        }
    }

    private void Trouble(Replica replica)
    {
        if (!replica.Node.IsAlive)
        {
            return;
        }

        if (cluster.Faults.Strikes(FaultKind.ReplicaCrash))
        {
            replica.Crash();
            node.Post(replica.Start, cluster.Faults.LotsOf(FaultKind.ReplicaCrash).Between(TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(30)));
            return;
        }

        if (cluster.Faults.Strikes(FaultKind.ReplicaRollingRestart) && replica.IsReady)
        {
            _ = RestartAsync(replica);
            return;
        }

        if (cluster.Faults.Strikes(FaultKind.ReplicaFreeze))
        {
            var time = cluster.Faults.LotsOf(FaultKind.ReplicaFreeze).Between(Second, TimeSpan.FromSeconds(45));
            cluster.Note($"{replica.Name} freezes for {time}");
            replica.Node.Freeze(time);
        }

        Jump(replica.Node);
    }

    private void Trouble(GatewayPart gateway)
    {
        if (!gateway.Node.IsAlive)
        {
            return;
        }

        if (cluster.Faults.Strikes(FaultKind.GatewayCrash))
        {
            gateway.Crash();
            node.Post(gateway.Start, cluster.Faults.LotsOf(FaultKind.GatewayCrash).Between(TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(20)));
            return;
        }

        if (cluster.Faults.Strikes(FaultKind.GatewayFreeze))
        {
            var time = cluster.Faults.LotsOf(FaultKind.GatewayFreeze).Between(Second, TimeSpan.FromSeconds(30));
            cluster.Note($"{gateway.Name} freezes for {time}");
            gateway.Node.Freeze(time);
        }

        Jump(gateway.Node);
    }

    private void Jump(VirtualNode part)
    {
        if (cluster.Faults.Strikes(FaultKind.ClockJump))
        {
            part.Skew += cluster.Faults.LotsOf(FaultKind.ClockJump).Between(TimeSpan.FromMinutes(-5), TimeSpan.FromMinutes(5));
            cluster.Note($"the clock of {part.Name} jumps to {part.GetUtcNow():HH:mm:ss}");
        }
    }

    private async Task RestartAsync(Replica replica)
    {
        var part = replica.Node;
        await part.RunAsync(replica.RestartAsync).WaitAsync(TimeSpan.FromSeconds(40), node)
            .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        if (replica.Node == part && part.IsAlive)
        {
            replica.Crash();
            replica.Start();
        }
    }

    private void Cut()
    {
        List<string> parts = [.. cluster.Replicas.Select(static replica => replica.Name), .. cluster.Gateways.Select(static gateway => gateway.Name), "store", "runtime"];
        var lots = cluster.Faults.LotsOf(FaultKind.NetworkPartition);
        var (one, other) = (parts[lots.Next(parts.Count)], parts[lots.Next(parts.Count)]);
        var time = lots.Between(Second, TimeSpan.FromSeconds(40));
        if (one != other)
        {
            cluster.Note($"{one} and {other} are cut apart for {time}");
            cluster.Network.Cut(one, other, time);
        }
    }
}
