using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using TenantKit.Docker;
using TenantKit.Docker.Databases;
using TenantKit.Docker.Engine;
using TenantKit.Docker.Logs;
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
        services.TryAddSingleton<DockerOrchestrator>();
        services.Replace(ServiceDescriptor.Singleton<IContainerOrchestrator>(static provider => provider.GetRequiredService<DockerOrchestrator>()));
        return builder;
    }

    internal static IServiceCollection AddDockerParts(this IServiceCollection services, Action<DockerOptions>? configure)
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
        services.TryAddSingleton<UnitObserver>();
        services.TryAddSingleton<UnitNetworks>();
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
        return services;
    }
}
