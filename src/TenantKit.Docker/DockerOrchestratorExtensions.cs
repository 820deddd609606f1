using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using TenantKit.Docker;
using TenantKit.Docker.Databases;
using TenantKit.Docker.Engine;
using TenantKit.Docker.Logs;
using TenantKit.Docker.Swarm;
using TenantKit.Docker.Usage;
using TenantKit.Docker.Watching;
using TenantKit.Orchestration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Chooses the Docker orchestrators.</summary>
public static class DockerOrchestratorExtensions
{
    /// <summary>
    /// Runs each tenant as containers of a Docker Engine, with a private network and a volume of its own. Safe to call again. The containers
    /// outlive the host: the next one finds them by their labels.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options; null for what the configuration says.</param>
    /// <returns>The builder.</returns>
    public static ITenantKitBuilder UseDocker(this ITenantKitBuilder builder, Action<DockerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services.AddDockerParts(configure);
        services.Replace(ServiceDescriptor.Singleton<IUnitParts, EngineParts>());
        services.Replace(ServiceDescriptor.Singleton<UnitNetworks, UnitNetworks>());
        return builder;
    }

    /// <summary>
    /// Runs each tenant as services of a Docker Swarm, one per instance, with a private overlay network and a volume of its own. The engine has to
    /// be a manager of the swarm, and its network <c>docker_gwbridge</c> closed; see <c>docs/guides/docker.md</c>. Safe to call again. The services
    /// outlive the host: the next one finds them by their labels.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options; null for what the configuration says.</param>
    /// <returns>The builder.</returns>
    public static ITenantKitBuilder UseDockerSwarm(this ITenantKitBuilder builder, Action<DockerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services.AddDockerParts(configure);
        services.TryAddSingleton<SwarmNode>();
        services.TryAddSingleton<SwarmSecrets>();
        services.TryAddSingleton<VolumePreparation>();
        services.TryAddSingleton<TaskFollower>();
        services.Replace(ServiceDescriptor.Singleton<IUnitParts, SwarmParts>());
        services.Replace(ServiceDescriptor.Singleton<UnitNetworks, SwarmNetworks>());
        return builder;
    }

    private static IServiceCollection AddDockerParts(this IServiceCollection services, Action<DockerOptions>? configure)
    {
        services.AddOptions<DockerOptions>().BindConfiguration(DockerOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DockerOptions>, DockerOptionsValidator>());
        if (configure is not null)
        {
            services.Configure(configure);
        }

        services.TryAddSingleton<EngineClient>();
        services.TryAddSingleton<UnitEventHub>();
        services.TryAddSingleton<TokenGate>();
        services.TryAddSingleton<UnitGates>();
        services.TryAddSingleton<InstancesInFlight>();
        services.TryAddSingleton<ImageCatalogue>();
        services.TryAddSingleton<OutOfMemoryEvents>();
        services.TryAddSingleton<UnitObserver>();
        services.TryAddSingleton<NetworkSweep>();
        services.TryAddSingleton<UnitVolumes>();
        services.TryAddSingleton<UnitLister>();
        services.TryAddSingleton<InstanceStops>();
        services.TryAddSingleton<InstanceStarter>();
        services.TryAddSingleton<DatabaseContainer>();
        services.TryAddSingleton<DatabaseGate>();
        services.TryAddSingleton<UnitConvergence>();
        services.TryAddSingleton<UnitTeardown>();
        services.TryAddSingleton<OneOffContainer>();
        services.TryAddSingleton<LogArchive>();
        services.TryAddSingleton<UnitLogReader>();
        services.TryAddSingleton<EngineWatch>();
        services.TryAddSingleton<VolumeSizes>();
        services.TryAddSingleton<UsageReader>();
        services.TryAddSingleton<DockerOrchestrator>();
        services.Replace(ServiceDescriptor.Singleton<IContainerOrchestrator>(static provider => provider.GetRequiredService<DockerOrchestrator>()));
        return services;
    }
}
