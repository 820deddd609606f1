using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using TenantKit.Orchestration;
using TenantKit.Orchestration.Processes;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Chooses the local-process orchestrator.</summary>
public static class ProcessOrchestratorExtensions
{
    /// <summary>
    /// Runs tenants as child processes of the host's user, each with a port of its own on 127.0.0.1. Linux only. Safe to call again.
    /// There is no wall between the tenants: use it for development, tests and trusted apps.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options; null for what the configuration says.</param>
    /// <returns>The builder.</returns>
    public static ITenantKitBuilder UseLocalProcesses(this ITenantKitBuilder builder, Action<ProcessOrchestratorOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddOptions<ProcessOrchestratorOptions>()
            .BindConfiguration(ProcessOrchestratorOptions.SectionName)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        if (configure is not null)
        {
            services.Configure(configure);
        }

        services.TryAddSingleton<ProcessOrchestrator>();
        services.Replace(ServiceDescriptor.Singleton<IContainerOrchestrator>(static provider => provider.GetRequiredService<ProcessOrchestrator>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ProcessOrchestratorLifetime>());
        return builder;
    }
}
