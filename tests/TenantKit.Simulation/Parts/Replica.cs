using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using TenantKit.Control;
using TenantKit.Diagnostics;
using TenantKit.Hosting;
using TenantKit.Leases;
using TenantKit.Management;
using TenantKit.Orchestration;
using TenantKit.Routing;
using TenantKit.Simulation.Faults;
using TenantKit.Simulation.Invariants;
using TenantKit.Storage;
using TenantKit.Templates;
using TenantKit.Testing.Virtual;

namespace TenantKit.Simulation.Parts;

/// <summary>A replica of the control plane: the product's own services on a node, started anew after each crash.</summary>
internal sealed class Replica
{
    /// <summary>So long after its start a replica must not yet trust that it has heard of every gateway.</summary>
    private static readonly TimeSpan Young = TimeSpan.FromSeconds(13);

    /// <summary>From the read that a decision rests on to its effect: what a gateway says meanwhile comes too late for it.</summary>
    private static readonly TimeSpan LongestPass = TimeSpan.FromSeconds(12);

    private static readonly IConfiguration Configuration = new ConfigurationBuilder().Build();
    private readonly Cluster cluster;
    private readonly SeededRandom random;
    private readonly SequentialIds ids;
    private readonly Dictionary<string, (TimeSpan Since, TimeSpan At)> reported = new(StringComparer.Ordinal);
    private TimeSpan startedAt;
    private ServiceProvider? services;
    private CancellationTokenSource? stopping;
    private Task running = Task.CompletedTask;

    public Replica(Cluster cluster, int number)
    {
        this.cluster = cluster;
        Name = "replica" + number;
        random = new SeededRandom(cluster.SeedOf(Name));
        ids = new SequentialIds($"r{number}");
        Node = cluster.World.CreateNode(Name);
        Node.Crash();
    }

    public string Name { get; }

    public VirtualNode Node { get; private set; }

    public int Life { get; private set; }

    public bool IsUp => Node.IsAlive && IsReady;

    /// <summary>True once it has loaded everything.</summary>
    public bool IsReady { get; private set; }

    public ITenantManager Manager => services!.GetRequiredService<ITenantManager>();

    public ITenantStore Store => services!.GetRequiredService<ITenantStore>();

    public IControlClient Control => services!.GetRequiredService<IControlClient>();

    public IRouteFeed Feed => services!.GetRequiredService<IRouteFeed>();

    public ShardLeases Leases => services!.GetRequiredService<ShardLeases>();

    public T Get<T>()
        where T : notnull => services!.GetRequiredService<T>();

    public void Start()
    {
        if (Node.IsAlive)
        {
            return;
        }

        Life++;
        IsReady = false;
        reported.Clear();
        startedAt = cluster.World.Elapsed;
        var clock = cluster.Faults;
        var rate = clock.IsOn(FaultKind.ClockDrift) && !clock.Healed ? 0.95 + (0.1 * clock.LotsOf(FaultKind.ClockDrift).NextDouble()) : 1;
        Node = cluster.World.CreateNode(Name, rate);
        if (clock.IsOn(FaultKind.ClockSkew) && !clock.Healed)
        {
            Node.Skew = clock.LotsOf(FaultKind.ClockSkew).Between(TimeSpan.FromMinutes(-10), TimeSpan.FromMinutes(10));
        }

        cluster.Note($"{Name} starts, life {Life}");
        services = Build(new Actor(Name, Life), Node);
        var (leases, life) = (services.GetRequiredService<ShardLeases>(), Life);
        leases.Acquired += shard => cluster.Note($"{Name}#{life} acts for share {shard}");
        leases.Lost += shard => cluster.Note($"{Name}#{life} no longer acts for share {shard}");
        stopping = new CancellationTokenSource();
        var (node, loop, token) = (Node, services.GetRequiredService<ControlLoop>(), stopping.Token);
        node.Post(() => _ = LiveAsync(node, loop, token));
    }

    /// <summary>The process is gone between two of its steps.</summary>
    public void Crash()
    {
        cluster.Note($"{Name} crashes");
        Node.Crash();
        End();
    }

    /// <summary>An orderly stop, then a start.</summary>
    public async Task RestartAsync()
    {
        var node = Node;
        cluster.Note($"{Name} stops in order");
        IsReady = false;
        stopping!.Cancel();
        await running.WaitAsync(TimeSpan.FromSeconds(20), node).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        await services!.GetRequiredService<ControlLoop>().LeaveAsync(CancellationToken.None);
    }

    /// <summary>Remembers that a gateway's report arrived here.</summary>
    public void Reported(string gateway)
    {
        var now = cluster.World.Elapsed;
        reported[gateway] = (reported.TryGetValue(gateway, out var last) && now - last.At < Silence ? last.Since : now, now);
    }

    private TimeSpan Silence => cluster.Setup.Options.GatewayLease - TimeSpan.FromSeconds(1);

    /// <summary>True while this replica counts on a gateway's reports.</summary>
    public bool KnowsOf(string gateway) =>
        cluster.World.Elapsed - startedAt < Young
        || (reported.TryGetValue(gateway, out var last) && cluster.World.Elapsed - last.At < Silence && cluster.World.Elapsed - last.Since >= LongestPass);

    public void End()
    {
        IsReady = false;
        services?.GetRequiredService<TenantKitMeter>().Dispose();
    }

    private async Task LiveAsync(VirtualNode node, ControlLoop loop, CancellationToken token)
    {
        while (true)
        {
            try
            {
                await loop.PrepareAsync(token);
                break;
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                cluster.Check(exception is StoreUnavailableException or RevisionConflictException, Rules.LoopAlive, $"{Name} does not start: {exception}");
                // As a supervisor does: the host ends and is started again.
                await Task.Delay(TimeSpan.FromSeconds(2), node, token);
                Crash();
                cluster.Store.Node.Post(Start);
                return;
            }
        }

        IsReady = true;
        running = loop.RunAsync(token);
        try
        {
            await running;
        }
        catch (Exception exception) when (!token.IsCancellationRequested)
        {
            cluster.Check(false, Rules.LoopAlive, $"the control loop of {Name} ended: {exception}");
        }
    }

    private ServiceProvider Build(Actor actor, VirtualNode node)
    {
        var collection = new ServiceCollection();
        collection.AddSingleton(Configuration);
        collection.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        collection.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        collection.AddSingleton<TimeProvider>(node);
        collection.AddSingleton<IRandomSource>(random.Split());
        collection.AddSingleton<IIdSource>(ids);
        collection.AddSingleton<IInstanceCredentials, Credentials>();
        collection.AddSingleton<ITenantStore>(new StoreClient(cluster, actor, node));
        collection.AddSingleton<IContainerOrchestrator>(new RuntimeClient(cluster, actor, node));
        collection.AddSingleton<IInstanceProbe>(new Probe(cluster, node));
        collection.AddSingleton<ReplicaIdentity>(new FixedIdentity(Name));
        collection.AddSingleton(Options.Create(cluster.Mutant.Rewrite(cluster.Setup.Options)));
        cluster.Mutant.Replace(collection, node);
        collection.AddTenantKitCore();
        foreach (var template in cluster.Setup.Templates)
        {
            collection.AddSingleton(new TemplateSeed(template));
        }

        return collection.BuildServiceProvider();
    }

    private sealed class FixedIdentity(string name) : ReplicaIdentity(null!, null!)
    {
        public override string Name { get; } = name;
    }
}
