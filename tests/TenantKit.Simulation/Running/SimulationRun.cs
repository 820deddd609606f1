using TenantKit.Simulation.Faults;
using TenantKit.Simulation.Invariants;
using TenantKit.Simulation.Mutants;
using TenantKit.Simulation.Parts;
using TenantKit.Simulation.Workload;

namespace TenantKit.Simulation.Running;

/// <summary>One run of one seed: first everything fails, then nothing does any more and all must come to rest.</summary>
internal static class SimulationRun
{
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(10);
    /// <summary>Many times what the busiest run needs.</summary>
    private const long MostEvents = 2_000_000;

    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(5);

    public static RunResult Run(RunRequest request)
    {
        var setup = Setup.Draw(request.Seed, request.Tenants, request.Duration);
        var faults = FaultPlan.Draw(request.Seed, request.Without, request.Only);
        if (!faults.IsOn(FaultKind.WatchStalls) && !faults.IsOn(FaultKind.RuntimeWithoutFencing))
        {
            // The sweep is a net, not a crutch: where nothing is lost silently, all must come to rest without one.
            setup.Options.ResyncInterval = TimeSpan.FromHours(6);
        }

        var cluster = new Cluster(request.Seed, setup, faults, request.Mutant, request.KeepJournal);
        var people = new People(cluster);
        var clients = new Clients(cluster, people);
        foreach (var replica in cluster.Replicas)
        {
            replica.Start();
        }

        foreach (var gateway in cluster.Gateways)
        {
            gateway.Start();
        }

        people.Start();
        clients.Start();
        new Troublemaker(cluster).Start();

        var world = cluster.World;
        world.RunUntil(() => cluster.Journal.First is not null || world.Events > MostEvents, setup.Duration);
        if (Goes(cluster))
        {
            Heal(cluster, people, clients);
            var rules = new RestRules(cluster, people, clients);
            ComeToRest(cluster, rules);
        }

        foreach (var replica in cluster.Replicas)
        {
            replica.End();
        }

        foreach (var gateway in cluster.Gateways)
        {
            gateway.End();
        }

        if (world.Failure is { } failure)
        {
            cluster.Check(false, Rules.LoopAlive, $"{failure}");
        }

        return new RunResult(
            request.Seed, world.Events, world.Fingerprint, cluster.Journal.First, [.. cluster.Journal.Lines], [.. faults.On], [.. faults.Hits], setup, people.Done, clients.Sent.Count, cluster.Journal.Checks);
    }

    private static bool Goes(Cluster cluster) => cluster.Journal.First is null && cluster.World.Failure is null;

    private static void Heal(Cluster cluster, People people, Clients clients)
    {
        cluster.Note($"everything is healed");
        cluster.Faults.Heal();
        cluster.Network.Heal();
        people.Stopped = true;
        clients.Stopped = true;
        foreach (var replica in cluster.Replicas)
        {
            replica.Node.Skew = TimeSpan.Zero;
            if (!replica.Node.IsAlive)
            {
                replica.Start();
            }
        }

        foreach (var gateway in cluster.Gateways)
        {
            gateway.Node.Skew = TimeSpan.Zero;
            if (!gateway.Node.IsAlive)
            {
                gateway.Start();
            }
        }
    }

    private static void ComeToRest(Cluster cluster, RestRules rules)
    {
        var world = cluster.World;
        // Idle tenants go to sleep and retained data goes; both are part of coming to rest.
        for (var waited = TimeSpan.Zero; waited < Rest && Goes(cluster); waited += Slice)
        {
            world.RunUntil(() => cluster.Journal.First is not null || world.Events > MostEvents, Slice);
            cluster.Check(world.Events <= MostEvents, Rules.Quiet, $"it runs hot: {world.Events} events");
        }

        if (!Goes(cluster))
        {
            return;
        }

        rules.Judge();
        var since = world.Elapsed - TimeSpan.FromMinutes(2);
        if (Goes(cluster))
        {
            rules.JudgeQuiet(since);
        }
    }
}
