using TenantKit.Simulation.Faults;
using TenantKit.Simulation.Parts;
using TenantKit.Tenants;
using TenantKit.Testing.Virtual;

namespace TenantKit.Simulation.Workload;

/// <summary>Users of the tenants: requests of owners, administrators, strangers and nobody, alone and in herds.</summary>
internal sealed class Clients
{
    private readonly Cluster cluster;
    private readonly People people;
    private readonly VirtualNode node;
    private readonly SeededRandom random;
    private long number;

    public Clients(Cluster cluster, People people)
    {
        this.cluster = cluster;
        this.people = people;
        node = cluster.World.CreateNode("clients");
        random = new SeededRandom(cluster.SeedOf("clients"));
    }

    public List<SimulatedRequest> Sent { get; } = [];

    public bool Stopped { get; set; }

    public void Start()
    {
        cluster.Decided += ComeBack;
        node.Post(() => _ = WorkAsync());
    }

    /// <summary>Some come just when it was decided to stop, to sleep or to restart.</summary>
    private void ComeBack(Tenant tenant)
    {
        if (!Stopped && tenant.Desired != DesiredState.Deleted && random.Chance(0.25))
        {
            node.Post(() => _ = SendAsync(tenant.Name, tenant.Id), random.Between(TimeSpan.Zero, TimeSpan.FromMilliseconds(300)));
        }
    }

    private async Task WorkAsync()
    {
        while (!Stopped)
        {
            var count = random.Chance(0.04) ? 2 + random.Next(30) : 1;
            if (Choose() is { } tenant)
            {
                for (var i = 0; i < count; i++)
                {
                    _ = SendAsync(tenant.Name, tenant.Id);
                }
            }

            await Task.Delay(random.Between(TimeSpan.FromMilliseconds(1), cluster.Setup.Requests * 2), node);
        }
    }

    private (string Name, string Id)? Choose()
    {
        if (people.Living.Count == 0)
        {
            return null;
        }

        // A few are used much and the others hardly, so that some fall asleep.
        var index = (int)(people.Living.Count * Math.Pow(random.NextDouble(), 3));
        var (name, id) = people.Living.ElementAt(index);
        return (name, id);
    }

    private async Task SendAsync(string name, string tenantId)
    {
        var who = random.Next(100);
        var principal = who < 85 ? "user-of-" + tenantId : who < 90 ? "admin" : who < 97 ? "user-of-somebody" : string.Empty;
        var request = new SimulatedRequest(++number, tenantId, name, principal, principal == "admin", random.Chance(0.3));
        var gateway = cluster.Gateways[random.Next(cluster.Gateways.Count)];
        var givesUp = cluster.Faults.Strikes(FaultKind.ClientGivesUp) ? cluster.Faults.LotsOf(FaultKind.ClientGivesUp).Between(TimeSpan.Zero, TimeSpan.FromSeconds(5)) : (TimeSpan?)null;
        if (!gateway.Node.IsAlive || cluster.Network.Carry(node, gateway.Node) is not { } delay)
        {
            return;
        }

        Sent.Add(request);
        var aborting = new CancellationTokenSource();
        request.GaveUp = givesUp is not null;
        var handled = new TaskCompletionSource();
        gateway.Node.Post(() => _ = ServeAsync(gateway, request, handled, aborting.Token), delay);
        if (givesUp is { } patience)
        {
            var gatewayNode = gateway.Node;
            await Task.Delay(patience, node);
            gatewayNode.Post(aborting.Cancel);
        }

        await handled.Task;
    }

    private static async Task ServeAsync(GatewayPart gateway, SimulatedRequest request, TaskCompletionSource handled, CancellationToken aborted)
    {
        try
        {
            await gateway.HandleAsync(request, aborted);
        }
        catch (OperationCanceledException) when (aborted.IsCancellationRequested)
        {
            request.Status = 499;
            gateway.GaveUp(request);
        }
        finally
        {
            handled.TrySetResult();
        }
    }
}
