using TenantKit.Orchestration;
using TenantKit.Orchestration.InMemory;
using TenantKit.Storage.InMemory;
using TenantKit.Templates;
using TenantKit.Tenants;
using TenantKit.Testing.Virtual;

namespace TenantKit.Simulation.Steps;

/// <summary>A small world: one replica at a time, a store, a runtime, one tenant. Nothing fails but the replica, once.</summary>
internal sealed class StepWorld : IDisposable
{
    private const string Replica = "replica";
    private readonly List<StepReplica> lives = [];

    public StepWorld(Workflow workflow)
    {
        Server = World.CreateNode("server");
        Gate = new StepGate(Server);
        Rules = new StepRules(this);
        Runtime = new InMemoryOrchestrator(
            Server, new InMemoryOrchestratorOptions { StartDelay = TimeSpan.FromMilliseconds(200), StopDelay = TimeSpan.FromMilliseconds(300) }, new SequentialIds("i"));
        Runtime.Options.Apps["app"] = OnStarted;
        Options = new TenantKitOptions
        {
            MaxConcurrentStarts = 2,
            Workers = 2,
            DrainTimeout = TimeSpan.FromSeconds(5),
            ResyncInterval = TimeSpan.FromSeconds(20),
            MaxBackoff = TimeSpan.FromSeconds(10),
            DataRetention = workflow.Retention,
        };
        Live(Replica);
    }

    public static Template Template { get; } = new()
    {
        Name = "default",
        Version = 1,
        Image = "app",
        IdleTimeout = TimeSpan.Zero,
        CreatedAt = VirtualWorld.Epoch,
    };

    public VirtualWorld World { get; } = new(seed: 1);

    /// <summary>Where store and runtime are; never crashes.</summary>
    public VirtualNode Server { get; }

    public StepGate Gate { get; }

    public StepRules Rules { get; }

    public InMemoryTenantStore Store { get; } = new();

    public InMemoryOrchestrator Runtime { get; }

    public TenantKitOptions Options { get; }

    /// <summary>The replica that lives now, or lived last.</summary>
    public StepReplica Now => lives[^1];

    /// <summary>No instance is ready before.</summary>
    public TimeSpan ReadyFrom { get; set; }

    /// <summary>Every instance that ever ran, oldest first.</summary>
    public List<InMemoryInstance> Started { get; } = [];

    /// <summary>The tenant's id, once a commit has made it.</summary>
    public string? TenantId { get; set; }

    public TenantState? State => TenantId is null ? null : Store.LoadStateAsync(TenantId, CancellationToken.None).Result;

    public UnitObservation? Unit => Units.SingleOrDefault();

    public IReadOnlyList<UnitObservation> Units => [.. Runtime.ListAsync(CancellationToken.None).ToBlockingEnumerable()];

    /// <summary>Another process goes on, two seconds after the crash.</summary>
    public void Revive(bool heir)
    {
        World.RunFor(TimeSpan.FromSeconds(2));
        Live(heir ? "heir" : Replica);
    }

    public void Dispose() => lives.ForEach(static life => life.Dispose());

    private void Live(string name)
    {
        lives.Add(new StepReplica(this, name, lives.Count + 1));
        var life = Now;
        World.RunUntil(() => life.IsReady || !life.Node.IsAlive || life.Failure is not null, TimeSpan.FromMinutes(1));
        Rules.Check(life.IsReady, $"{name} did not start: {life.Failure}");
    }

    private void OnStarted(InMemoryInstance instance)
    {
        Started.Add(instance);
        Rules.AppStarted(instance);
    }
}
