using TenantKit.Control;
using TenantKit.Orchestration.InMemory;
using TenantKit.Simulation.Faults;
using TenantKit.Simulation.Invariants;
using TenantKit.Simulation.Workload;
using TenantKit.Tenants;
using TenantKit.Testing.Virtual;

namespace TenantKit.Simulation.Parts;

/// <summary>A tenant's app in one instance: starts, answers, keeps orders in the unit's data, and fails as drawn.</summary>
internal sealed class App
{
    private const string OwnerKey = "owner";
    private readonly Cluster cluster;
    private readonly InMemoryInstance instance;
    private readonly SeededRandom random;
    private readonly SortedDictionary<long, Delivery> inFlight = [];
    private readonly TaskCompletionSource ended = new();
    private TimeSpan readyAt;
    private TimeSpan hangsUntil;
    private bool neverReady;

    public App(Cluster cluster, InMemoryInstance instance, SeededRandom random)
    {
        this.cluster = cluster;
        this.instance = instance;
        this.random = random;
    }

    public string Id => instance.Id;

    public string TenantId => instance.Spec.Unit.TenantId;

    public IDictionary<string, string> Data => instance.Data;

    public bool IsRunning => !instance.Ended.IsOpen;

    /// <summary>Requests it got and has not answered.</summary>
    public IReadOnlyCollection<Delivery> InFlight => inFlight.Values;

    /// <summary>Completes when the process is gone: every connection breaks.</summary>
    public Task Ended => ended.Task;

    /// <summary>True when the gateways or the control plane saw it ready at least once.</summary>
    public bool WasReady { get; private set; }

    public void Start()
    {
        var faults = cluster.Faults;
        neverReady = faults.Strikes(FaultKind.AppNeverReady);
        var needs = faults.Strikes(FaultKind.AppSlowStart)
            ? faults.LotsOf(FaultKind.AppSlowStart).Between(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(90))
            : random.Between(TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(3));
        readyAt = cluster.World.Elapsed + needs;
        CheckData();
        if (faults.Strikes(FaultKind.AppCrash))
        {
            cluster.Runtime.Node.Post(() => instance.Exit(1), faults.LotsOf(FaultKind.AppCrash).Between(TimeSpan.Zero, TimeSpan.FromMinutes(2)));
        }

        if (faults.Strikes(FaultKind.AppHang))
        {
            var lots = faults.LotsOf(FaultKind.AppHang);
            cluster.Runtime.Node.Post(
                () => hangsUntil = cluster.World.Elapsed + lots.Between(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(60)), lots.Between(TimeSpan.Zero, TimeSpan.FromMinutes(2)));
        }

        _ = EndAsync();
        _ = RegisterAsync(needs);
    }

    /// <summary>What a probe of its identity and readiness finds.</summary>
    public bool Answers(ReadOnlySpan<byte> key, bool identityOnly)
    {
        var isHealthy = IsUp && key.SequenceEqual(Credentials.KeyOf(TenantId, Id)) && (identityOnly || (!neverReady && cluster.World.Elapsed >= readyAt));
        WasReady |= isHealthy && !identityOnly;
        return isHealthy;
    }

    /// <summary>True while it answers at all.</summary>
    public bool IsUp => IsRunning && (cluster.World.Elapsed >= hangsUntil || cluster.Faults.Healed);

    /// <summary>Takes a request and answers with a status; never ends when the process ends first.</summary>
    public async Task<int> HandleAsync(Delivery delivery)
    {
        inFlight[delivery.Number] = delivery;
        if (delivery.Request.Writes)
        {
            instance.Data["order/" + delivery.Request.Number] = "1";
        }

        if (!IsUp)
        {
            await Task.Delay(hangsUntil - cluster.World.Elapsed + TimeSpan.FromMilliseconds(1), cluster.Runtime.Node);
        }

        var needs = random.Chance(0.1) ? random.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(8)) : random.Between(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(80));
        if (!delivery.Request.Writes && cluster.Faults.Strikes(FaultKind.AppStreams))
        {
            needs = cluster.Faults.LotsOf(FaultKind.AppStreams).Between(TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(3));
        }

        await Task.Delay(needs, cluster.Runtime.Node);
        inFlight.Remove(delivery.Number);
        return cluster.Faults.Strikes(FaultKind.AppErrors) ? 500 : 200;
    }

    public void Misbehave(bool crashes)
    {
        instance.IgnoresStop = !crashes;
        if (crashes)
        {
            cluster.Runtime.Node.Post(() => instance.Exit(1), TimeSpan.FromMilliseconds(100));
        }
    }

    public void Forget(SimulatedRequest request)
    {
        foreach (var delivery in inFlight.Values.Where(each => each.Request == request).ToList())
        {
            inFlight.Remove(delivery.Number);
        }
    }

    private void CheckData()
    {
        if (!instance.Data.TryGetValue(OwnerKey, out var owner))
        {
            instance.Data[OwnerKey] = TenantId;
            return;
        }

        cluster.Check(owner == TenantId, Rules.OwnData, $"instance {Id} of tenant {TenantId} found data of tenant {owner}");
    }

    private async Task EndAsync()
    {
        await instance.Ended.WaitAsync(CancellationToken.None);
        cluster.Note($"instance {Id} of {TenantId} ended");
        ended.TrySetResult();
    }

    /// <summary>Says at a gateway that it is ready, as the agent in the app does.</summary>
    private async Task RegisterAsync(TimeSpan needs)
    {
        await Task.Delay(needs, cluster.Runtime.Node);
        for (var attempt = 0; attempt < 5 && IsUp && !neverReady; attempt++)
        {
            var gateway = cluster.Gateways[random.Next(cluster.Gateways.Count)];
            var registration = new InstanceRegistration(
                TenantId, Id, Convert.ToHexStringLower(Credentials.KeyOf(TenantId, Id)), InstanceClaim.Ready, 8080, "/healthz/ready", null);
            try
            {
                if ((await gateway.RegisterAsync(cluster.Runtime.Node, registration)).Outcome == RegistrationOutcome.Accepted)
                {
                    return;
                }
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                // It tries again, as the agent does.
            }

            await Task.Delay(TimeSpan.FromSeconds(1), cluster.Runtime.Node);
        }
    }
}
