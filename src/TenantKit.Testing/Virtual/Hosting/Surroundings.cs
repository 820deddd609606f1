using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using TenantKit.Diagnostics;
using TenantKit.Orchestration;
using TenantKit.Orchestration.InMemory;
using TenantKit.Routing;
using TenantKit.Storage;
using TenantKit.Templates;
using TenantKit.Testing.Faults;

namespace TenantKit.Testing.Virtual.Hosting;

/// <summary>What a control plane finds when it starts and leaves behind when it crashes: store, runtime, health checks, data directory.</summary>
internal sealed class Surroundings : IDisposable
{
    /// <summary>The product's default depends on the machine, and so would the run.</summary>
    private const int MaxConcurrentStarts = 16;

    private readonly Action<ITenantKitBuilder>? configure;
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("tenantkit-virtual-");
    private readonly VirtualNode runtimeNode;
    private readonly SeededRandom random;
    private readonly SequentialIds ids = new("v");
    private readonly SequentialIds instanceIds = new("i");
    private readonly SeededCredentials credentials;
    private readonly ITenantStore store;
    private InMemoryOrchestrator? runtime;

    public Surroundings(VirtualWorld world, Action<ITenantKitBuilder>? configure)
    {
        this.configure = configure;
        World = world;
        runtimeNode = world.CreateNode("runtime");
        random = new SeededRandom(world.Seed ^ 0xc0117201UL);
        credentials = new SeededCredentials(world.Seed);
        store = new ServiceCollection().AddTenantKit().UseInMemoryStore().Services.BuildServiceProvider().GetRequiredService<ITenantStore>();
    }

    public VirtualWorld World { get; }

    public VirtualProbe Probe { get; } = new();

    public OrchestratorFaults Faults { get; } = new();

    /// <summary>The services of one life of the control plane, on a node.</summary>
    public ServiceProvider Build(VirtualNode node)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(node);
        services.AddSingleton<IRandomSource>(random.Split());
        services.AddSingleton<IIdSource>(ids);
        services.AddSingleton<IInstanceCredentials>(credentials);
        services.AddSingleton<IInstanceProbe>(Probe);
        services.AddSingleton(store);
        services.AddSingleton(Runtime);
        var builder = services.AddTenantKit();
        services.Configure<TenantKitOptions>(options =>
        {
            options.DataDirectory = directory.FullName;
            options.MaxConcurrentStarts = MaxConcurrentStarts;
        });
        configure?.Invoke(builder);
        Complete(builder);
        return services.BuildServiceProvider();
    }

    public void Dispose() => directory.Delete(recursive: true);

    private InMemoryOrchestrator Runtime(IServiceProvider services) =>
        runtime ??= new InMemoryOrchestrator(runtimeNode, services.GetRequiredService<IOptions<InMemoryOrchestratorOptions>>().Value, instanceIds);

    private void Complete(ITenantKitBuilder builder)
    {
        var services = builder.Services;
        if (!services.Any(static service => service.ServiceType == typeof(TemplateSeed)))
        {
            builder.AddTemplate(new Template { Name = "default", Version = 1, Image = "app", CreatedAt = default });
        }

        if (Chosen<ITenantStore>(services).ImplementationType == store.GetType())
        {
            // UseInMemoryStore(): the one that outlives a crash.
            services.Replace(ServiceDescriptor.Singleton(store));
        }

        var orchestrator = Chosen<IContainerOrchestrator>(services);
        services.Replace(ServiceDescriptor.Singleton<IContainerOrchestrator>(provider => new FaultyOrchestrator(Make(orchestrator, provider), Faults)));
        services.TryAddSingleton<IConfiguration>(static _ => new ConfigurationBuilder().Build());
        services.TryAddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        services.TryAddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
    }

    private static ServiceDescriptor Chosen<T>(IServiceCollection services) => services.Last(static service => service.ServiceType == typeof(T));

    private static IContainerOrchestrator Make(ServiceDescriptor chosen, IServiceProvider services) => (IContainerOrchestrator)(
        chosen.ImplementationInstance ?? chosen.ImplementationFactory?.Invoke(services) ?? ActivatorUtilities.CreateInstance(services, chosen.ImplementationType!));
}
