using TenantKit.Orchestration;
using TenantKit.Orchestration.InMemory;
using TenantKit.Simulation.Faults;
using TenantKit.Simulation.Invariants;
using TenantKit.Tenants;
using TenantKit.Testing.Virtual;

namespace TenantKit.Simulation.Parts;

/// <summary>The runtime that all replicas share, with its faults and its apps.</summary>
internal sealed class RuntimeServer
{
    /// <summary>No call has its effect later than this after it was sent.</summary>
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(6);

    private readonly Cluster cluster;
    private readonly Dictionary<string, App> apps = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> addresses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<(Actor Actor, TimeSpan At)>> sent = new(StringComparer.Ordinal);
    private readonly SeededRandom random;
    private TimeSpan fullUntil;
    private int lastAddress;

    public RuntimeServer(Cluster cluster)
    {
        this.cluster = cluster;
        random = new SeededRandom(cluster.SeedOf("runtime"));
        Node = cluster.World.CreateNode("runtime");
        Fences = !cluster.Faults.IsOn(FaultKind.RuntimeWithoutFencing);
        Runtime = new InMemoryOrchestrator(Node, new InMemoryOrchestratorOptions { StopDelay = TimeSpan.FromMilliseconds(300), Endpoint = AddressOf }, new SequentialIds("i"));
        Runtime.Options.StartDelay = TimeSpan.FromMilliseconds(200);
        Runtime.Options.Apps["app"] = OnStarted;
        Rules = new EffectRules(cluster);
        ResizesInPlace = new SeededRandom(cluster.SeedOf("resize")).Chance(0.5);
    }

    public VirtualNode Node { get; }

    public InMemoryOrchestrator Runtime { get; }

    public EffectRules Rules { get; }

    /// <summary>True when the runtime gives living instances other resources; otherwise it replaces them.</summary>
    public bool ResizesInPlace { get; }

    /// <summary>The resources that each tenant's unit was last given.</summary>
    public Dictionary<string, ResourceLimits> Resources { get; } = new(StringComparer.Ordinal);

    /// <summary>False when the runtime does not know fencing tokens.</summary>
    public bool Fences { get; }

    /// <summary>Every app that ever started, by instance id.</summary>
    public IReadOnlyDictionary<string, App> Apps => apps;

    /// <summary>The unit of a tenant as it truly is.</summary>
    public UnitObservation? Truth(string tenantId) => cluster.Store.Find(tenantId) is { } state
        ? Runtime.ObserveAsync(new UnitRef(tenantId, state.Tenant.UnitName), CancellationToken.None).Result
        : null;

    /// <summary>True while a call of an earlier actor may still have its effect.</summary>
    public bool HasLateCalls(string tenantId, Actor now) => sent.TryGetValue(tenantId, out var calls)
        && calls.Exists(call => call.Actor != now && call.At > cluster.World.Elapsed - LongestCall);

    public void CallSent(string tenantId, Actor actor)
    {
        if (!sent.TryGetValue(tenantId, out var calls))
        {
            sent[tenantId] = calls = [];
        }

        calls.RemoveAll(call => call.Actor == actor || call.At <= cluster.World.Elapsed - LongestCall);
        calls.Add((actor, cluster.World.Elapsed));
    }

    /// <summary>The app that answers at an address now; null when nobody does.</summary>
    public App? At(string address) => addresses.TryGetValue(address, out var id) && apps.TryGetValue(id, out var app) && app.IsRunning ? app : null;

    /// <summary>All units as they truly are.</summary>
    public IReadOnlyList<UnitObservation> AllUnits() => [.. Runtime.ListAsync(CancellationToken.None).ToBlockingEnumerable()];

    /// <summary>What a tenant's unit keeps; null when it keeps nothing.</summary>
    public IDictionary<string, string>? DataOf(string tenantId) => Truth(tenantId) is null ? null : apps.Values.LastOrDefault(app => app.TenantId == tenantId)?.Data;

    /// <summary>One call at the server.</summary>
    public async Task<T> ServeAsync<T>(Func<Task<T>> call, bool writes, string what)
    {
        if (cluster.Faults.Strikes(FaultKind.RuntimeSlow))
        {
            await Task.Delay(cluster.Faults.LotsOf(FaultKind.RuntimeSlow).Between(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(4)), Node);
        }

        if (cluster.Faults.Strikes(FaultKind.RuntimeErrorBefore))
        {
            throw new OrchestratorException(StatusReasons.OrchestratorUnavailable, "Injected: 429, try again later.", isTransient: true);
        }

        if (writes && cluster.Faults.Strikes(FaultKind.RuntimeConflict))
        {
            throw new OrchestratorException(StatusReasons.OrchestratorUnavailable, "Injected: 409, the object has been modified.", isTransient: true);
        }

        if (writes && IsFull())
        {
            throw new OrchestratorException(StatusReasons.CapacityExhausted, "Injected: no space left on device.", isTransient: true);
        }

        var result = await call();
        if (cluster.Faults.Strikes(FaultKind.RuntimeAnswerLost))
        {
            cluster.Note($"runtime loses the answer to {what}");
            throw new OrchestratorException(StatusReasons.OrchestratorUnavailable, "Injected: 504, the answer was lost.", isTransient: true);
        }

        return result;
    }

    /// <summary>What an ensure does, unless its token is stale.</summary>
    public async Task<UnitObservation> EnsureAsync(UnitSpec spec)
    {
        var unit = await Runtime.EnsureAsync(ResizesInPlace ? spec with { Resources = ResourceLimits.Default } : spec, CancellationToken.None);
        Resources[spec.Unit.TenantId] = spec.Resources;
        return unit;
    }

    /// <summary>Starts the unit much later, should the tenant be asleep or gone by then.</summary>
    public void EnsureLate(UnitSpec spec) => Node.Post(
        () =>
        {
            if (cluster.Store.Find(spec.Unit.TenantId)?.Tenant.Desired is DesiredState.Sleeping or DesiredState.Deleted && Truth(spec.Unit.TenantId)?.HasCompute != true)
            {
                cluster.Note($"the runtime starts {spec.Unit.TenantId} late");
                _ = EnsureAsync(spec);
            }
        },
        cluster.Faults.LotsOf(FaultKind.RuntimeLate).Between(TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(60)));

    /// <summary>What an app does with the request to stop: it may crash on it, or not listen until it is killed.</summary>
    public void Disturb(string tenantId)
    {
        foreach (var app in apps.Values.Where(app => app.TenantId == tenantId && app.IsRunning).ToList())
        {
            if (cluster.Faults.Strikes(FaultKind.AppExitsWhileStopping))
            {
                app.Misbehave(cluster.Faults.LotsOf(FaultKind.AppExitsWhileStopping).Chance(0.5));
            }
        }
    }

    private bool IsFull()
    {
        if (cluster.Faults.Strikes(FaultKind.RuntimeDiskFull))
        {
            fullUntil = cluster.World.Elapsed + cluster.Faults.LotsOf(FaultKind.RuntimeDiskFull).Between(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(40));
        }

        return fullUntil > cluster.World.Elapsed && !cluster.Faults.Healed;
    }

    private string AddressOf(InMemoryInstance instance)
    {
        // With reuse a new instance gets the lowest address that is free, as small subnets do it.
        string? address = null;
        if (cluster.Faults.IsOn(FaultKind.AddressReuse))
        {
            address = addresses.Keys.FirstOrDefault(key => !IsTaken(key));
        }

        address ??= $"10.0.{++lastAddress / 250}.{lastAddress % 250}:8080";
        addresses[address] = instance.Id;
        return address;
    }

    private bool IsTaken(string address) =>
        addresses.TryGetValue(address, out var id) && Runtime.TryGetInstance(id, out _);

    private void OnStarted(InMemoryInstance instance)
    {
        var app = new App(cluster, instance, random.Split());
        apps[instance.Id] = app;
        app.Start();
    }
}
