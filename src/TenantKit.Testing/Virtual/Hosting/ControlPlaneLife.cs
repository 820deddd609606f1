using Microsoft.Extensions.DependencyInjection;
using TenantKit.Orchestration.InMemory;
using TenantKit.Storage;

namespace TenantKit.Testing.Virtual.Hosting;

/// <summary>One life of the control plane, from its start to its stop or crash: services of its own on a node of its own.</summary>
internal sealed class ControlPlaneLife
{
    private readonly VirtualWorld world;
    private DataDirectoryLock? directory;

    public ControlPlaneLife(Surroundings surroundings, TenantWatch? earlier)
    {
        world = surroundings.World;
        Node = world.CreateNode("control plane");
        Services = surroundings.Build(Node);
        Store = Services.GetRequiredService<ITenantStore>();
        Orchestrator = Services.GetRequiredService<InMemoryOrchestrator>();
        Watch = earlier?.Store == Store ? earlier : new TenantWatch(Store, world);
    }

    public VirtualNode Node { get; }

    public ServiceProvider Services { get; }

    public ITenantStore Store { get; }

    public InMemoryOrchestrator Orchestrator { get; }

    /// <summary>The one of the life before, as long as the store is the same.</summary>
    public TenantWatch Watch { get; }

    public void Start()
    {
        try
        {
            world.Run(Node, () => HostedServices.StartAsync(Services));
            directory = Services.GetRequiredService<DataDirectoryLock>();
            Watch.Start();
        }
        catch
        {
            Node.Crash();
            Services.Dispose();
            throw;
        }
    }

    public void Stop()
    {
        world.Run(Node, () => HostedServices.StopAsync(Services));
        Crash();
    }

    /// <summary>The process is gone between two of its steps; of all that it held, the system takes back the lock on the directory.</summary>
    public void Crash()
    {
        Node.Crash();
        directory?.Dispose();
    }
}
