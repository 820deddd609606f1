using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using TenantKit.Diagnostics;
using TenantKit.Hosting;
using TenantKit.Leases;
using TenantKit.Management;
using TenantKit.Orchestration;
using TenantKit.Routing;
using TenantKit.Simulation.Parts;
using TenantKit.Storage;
using TenantKit.Templates;
using TenantKit.Testing.Virtual;

namespace TenantKit.Simulation.Steps;

/// <summary>One life of a replica: the product's own services on a node of their own, until it crashes.</summary>
internal sealed class StepReplica : IDisposable
{
    private static readonly IConfiguration Configuration = new ConfigurationBuilder().Build();
    private readonly ServiceProvider services;
    private Task living = Task.CompletedTask;

    public StepReplica(StepWorld world, string name, int life)
    {
        Node = world.World.CreateNode(name);
        services = Build(world, name, life);
        var loop = services.GetRequiredService<ControlLoop>();
        Node.Post(() => living = LiveAsync(loop));
    }

    public VirtualNode Node { get; }

    /// <summary>True once it has loaded everything.</summary>
    public bool IsReady { get; private set; }

    /// <summary>What ended its control loop; null while it goes on.</summary>
    public Exception? Failure => living.Exception;

    public ITenantManager Manager => services.GetRequiredService<ITenantManager>();

    public ITenantStore Store => services.GetRequiredService<ITenantStore>();

    public void Dispose()
    {
        Node.Crash();
        services.GetRequiredService<TenantKitMeter>().Dispose();
    }

    private async Task LiveAsync(ControlLoop loop)
    {
        await loop.PrepareAsync(CancellationToken.None);
        IsReady = true;
        await loop.RunAsync(CancellationToken.None);
    }

    private ServiceProvider Build(StepWorld world, string name, int life)
    {
        var collection = new ServiceCollection();
        collection.AddSingleton(Configuration);
        collection.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        collection.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        collection.AddSingleton<TimeProvider>(Node);
        collection.AddSingleton<IRandomSource>(new SeededRandom((ulong)life));
        collection.AddSingleton<IIdSource>(new SequentialIds($"r{life}"));
        collection.AddSingleton<IInstanceCredentials, Credentials>();
        collection.AddSingleton(GatedStore.Create(world, Node));
        collection.AddSingleton<IContainerOrchestrator>(new GatedRuntime(world, Node));
        collection.AddSingleton<IInstanceProbe>(new StepProbe(world));
        collection.AddSingleton<ReplicaIdentity>(new FixedIdentity(name));
        collection.AddSingleton(Options.Create(world.Options));
        collection.AddTenantKitCore();
        collection.AddSingleton(new TemplateSeed(StepWorld.Template));
        return collection.BuildServiceProvider();
    }

    private sealed class FixedIdentity(string name) : ReplicaIdentity(null!, null!)
    {
        public override string Name { get; } = name;
    }
}
