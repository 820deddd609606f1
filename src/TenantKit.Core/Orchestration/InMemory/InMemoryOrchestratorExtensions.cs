using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using TenantKit.Diagnostics;
using TenantKit.Orchestration;
using TenantKit.Orchestration.InMemory;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Chooses the in-memory orchestrator.</summary>
public static class InMemoryOrchestratorExtensions
{
    /// <summary>Makes the in-memory orchestrator the only one. Safe to call again.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options; null for the defaults.</param>
    /// <returns>The builder.</returns>
    public static ITenantKitBuilder UseInMemoryOrchestrator(this ITenantKitBuilder builder, Action<InMemoryOrchestratorOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddInMemoryOrchestrator();
        builder.Services.Replace(ServiceDescriptor.Singleton<IContainerOrchestrator>(static services => services.GetRequiredService<InMemoryOrchestrator>()));
        if (configure is not null)
        {
            builder.Services.Configure(configure);
        }

        return builder;
    }

    internal static void AddInMemoryOrchestrator(this IServiceCollection services)
    {
        services.AddOptions<InMemoryOrchestratorOptions>();
        services.TryAddSingleton(static provider => new InMemoryOrchestrator(
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IOptions<InMemoryOrchestratorOptions>>().Value,
            provider.GetRequiredService<IIdSource>()));
        services.TryAddSingleton<IContainerOrchestrator>(static provider => provider.GetRequiredService<InMemoryOrchestrator>());
    }
}
