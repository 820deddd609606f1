using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using TenantKit.Kubernetes;
using TenantKit.Kubernetes.Api;
using TenantKit.Kubernetes.Leases;
using TenantKit.Leases;
using TenantKit.Orchestration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Chooses the Kubernetes orchestrator.</summary>
public static class KubernetesOrchestratorExtensions
{
    /// <summary>
    /// Runs tenants as pods of a Kubernetes cluster, each in a walled namespace of its own. Inside a cluster with the pod's own account, elsewhere
    /// with the kubeconfig. Safe to call again.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options; null for what the configuration says.</param>
    /// <returns>The builder.</returns>
    public static ITenantKitBuilder UseKubernetes(this ITenantKitBuilder builder, Action<KubernetesOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddOptions<KubernetesOptions>()
            .BindConfiguration(KubernetesOptions.SectionName)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        if (configure is not null)
        {
            services.Configure(configure);
        }

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<KubernetesOptions>, KubernetesOptionsValidator>());
        services.TryAddSingleton(static provider => new ClusterConnection(provider.GetRequiredService<IOptions<KubernetesOptions>>()));
        services.TryAddSingleton<KubernetesOrchestrator>();
        services.TryAddSingleton<IReplicaRoll>(static provider => provider.GetRequiredService<IOptions<KubernetesOptions>>().Value.UseLeases ? ActivatorUtilities.CreateInstance<LeaseRoll>(provider) : null!);
        services.Replace(ServiceDescriptor.Singleton<IContainerOrchestrator>(static provider => provider.GetRequiredService<KubernetesOrchestrator>()));
        return builder;
    }
}
