using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using TenantKit;
using TenantKit.Activity;
using TenantKit.Autoscaling;
using TenantKit.Control;
using TenantKit.Diagnostics;
using TenantKit.Explanation;
using TenantKit.Hosting;
using TenantKit.Leases;
using TenantKit.Management;
using TenantKit.Orchestration;
using TenantKit.Orchestration.Credentials;
using TenantKit.Reconciliation;
using TenantKit.Reconciliation.Planning;
using TenantKit.Reconciliation.Queue;
using TenantKit.Reconciliation.Sweeping;
using TenantKit.Routing;
using TenantKit.Routing.Feed;
using TenantKit.Routing.Probing;
using TenantKit.Storage;
using TenantKit.Storage.InMemory;
using TenantKit.Templates;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds TenantKit to a host.</summary>
public static class TenantKitServiceCollectionExtensions
{
    /// <summary>Adds the control plane with in-memory defaults for everything that can be replaced. Safe to call again.</summary>
    /// <param name="services">The host's services.</param>
    /// <returns>The builder, for <c>UseX()</c> and <c>AddX()</c>.</returns>
    public static ITenantKitBuilder AddTenantKit(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddTenantKitCore();
        return new TenantKitBuilder(services);
    }

    internal static IServiceCollection AddTenantKitCore(this IServiceCollection services)
    {
        services.AddOptions<TenantKitOptions>().BindConfiguration(TenantKitOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IIdSource, UlidSource>();
        services.TryAddSingleton<IRandomSource, SystemRandomSource>();
        services.AddStorage();
        services.AddInMemoryOrchestrator();
        services.TryAddSingleton<IInstanceCredentials, HmacInstanceCredentials>();
        services.TryAddSingleton<IInstanceProbe, HttpInstanceProbe>();
        services.AddManagement();
        services.AddLeases();
        services.AddReconciliation();
        services.AddRouteFeed();
        services.TryAddSingleton<ControlLoop>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, TenantKitHost>());
        return services;
    }

    private static void AddManagement(this IServiceCollection services)
    {
        services.TryAddSingleton<AuditEntries>();
        services.TryAddSingleton<TenantDrafts>();
        services.TryAddSingleton<TenantManager>();
        services.TryAddSingleton<ITenantManager>(static provider => provider.GetRequiredService<TenantManager>());
        services.TryAddSingleton<ITemplateManager, TemplateManager>();
        services.TryAddSingleton<IOperationWaiter, OperationWaiter>();
        services.TryAddSingleton<TemplateCache>();
        services.TryAddSingleton<TemplateSeeder>();
    }

    private static void AddLeases(this IServiceCollection services)
    {
        services.TryAddSingleton<ReplicaIdentity>();
        services.TryAddSingleton<ShardLeases>();
        services.TryAddSingleton<LeaseKeeper>();
        services.TryAddSingleton<LeaseReactions>();
    }

    private static void AddReconciliation(this IServiceCollection services)
    {
        services.TryAddSingleton<TenantKitMeter>();
        services.TryAddSingleton<ReconcileQueue>();
        services.TryAddSingleton<StartLimiter>();
        services.TryAddSingleton<BackoffClock>();
        services.TryAddSingleton<DrainClock>();
        services.TryAddSingleton<IStartQueue>(static provider => provider.GetRequiredService<StartLimiter>());
        services.TryAddSingleton<UnitSpecs>();
        services.TryAddSingleton<ReadinessProbes>();
        services.TryAddSingleton<Planner>();
        services.TryAddSingleton<PlanRecorder>();
        services.TryAddSingleton<TenantReconciler>();
        services.TryAddSingleton<ReconcileWorkers>();
        services.TryAddSingleton<RestlessTenants>();
        services.TryAddSingleton<UnitWatcher>();
        services.TryAddSingleton<RevocationSweeper>();
        services.TryAddSingleton<Sweeper>();
        services.TryAddSingleton<ActivityTracker>();
        services.TryAddSingleton<ITenantActivity>(static provider => provider.GetRequiredService<ActivityTracker>());
        services.TryAddSingleton<IdleMonitor>();
        services.TryAddSingleton<Autoscaler>();
        services.TryAddSingleton<RuntimeNotices>();
        services.TryAddSingleton<ITenantExplainer, TenantExplainer>();
    }

    private static void AddRouteFeed(this IServiceCollection services)
    {
        services.TryAddSingleton<RouteDerivation>();
        services.TryAddSingleton<FeedEpoch>();
        services.TryAddSingleton<RouteBook>();
        services.TryAddSingleton<IRouteFeed>(static provider => provider.GetRequiredService<RouteBook>());
        services.TryAddSingleton<InstanceRegistrar>();
        services.TryAddSingleton<IControlClient, ControlPlane>();
        services.TryAddSingleton<ChangeFollower>();
    }

    /// <summary>Brings a template along: it is published when the host first starts, and never overwrites one of that name.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="template">The template.</param>
    /// <returns>The builder.</returns>
    public static ITenantKitBuilder AddTemplate(this ITenantKitBuilder builder, Template template)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(template);
        builder.Services.AddSingleton(new TemplateSeed(template));
        return builder;
    }

    /// <summary>The default store, and every small contract served by whichever store is the one.</summary>
    private static void AddStorage(this IServiceCollection services)
    {
        services.TryAddSingleton<DataDirectoryLock>(static provider => new DataDirectoryLock(provider.GetRequiredService<IOptions<TenantKitOptions>>()));
        services.TryAddSingleton<ITenantStore, InMemoryTenantStore>();
        services.TryAddSingleton<IChangeWriter>(static provider => provider.GetRequiredService<ITenantStore>());
        services.TryAddSingleton<IChangeLog>(static provider => provider.GetRequiredService<ITenantStore>());
        services.TryAddSingleton<ITenantReader>(static provider => provider.GetRequiredService<ITenantStore>());
        services.TryAddSingleton<IUserReader>(static provider => provider.GetRequiredService<ITenantStore>());
        services.TryAddSingleton<ITemplateReader>(static provider => provider.GetRequiredService<ITenantStore>());
        services.TryAddSingleton<IOperationReader>(static provider => provider.GetRequiredService<ITenantStore>());
        services.TryAddSingleton<IAuditReader>(static provider => provider.GetRequiredService<ITenantStore>());
        services.TryAddSingleton<ILeaseReader>(static provider => provider.GetRequiredService<ITenantStore>());
        services.TryAddSingleton<IRevocationReader>(static provider => provider.GetRequiredService<ITenantStore>());
    }

    /// <summary>Makes one store the only one: it serves every storage contract.</summary>
    /// <typeparam name="TStore">The store.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static ITenantKitBuilder UseTenantStore<TStore>(this ITenantKitBuilder builder)
        where TStore : class, ITenantStore
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Replace(ServiceDescriptor.Singleton<ITenantStore, TStore>());
        return builder;
    }

    /// <summary>Makes one orchestrator the only one.</summary>
    /// <typeparam name="TOrchestrator">The orchestrator.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static ITenantKitBuilder UseOrchestrator<TOrchestrator>(this ITenantKitBuilder builder)
        where TOrchestrator : class, IContainerOrchestrator
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Replace(ServiceDescriptor.Singleton<IContainerOrchestrator, TOrchestrator>());
        return builder;
    }

    /// <summary>Makes one route registry the only one.</summary>
    /// <typeparam name="TRegistry">The registry.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static ITenantKitBuilder UseRouteRegistry<TRegistry>(this ITenantKitBuilder builder)
        where TRegistry : class, IRouteRegistry
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Replace(ServiceDescriptor.Singleton<IRouteRegistry, TRegistry>());
        return builder;
    }
}
