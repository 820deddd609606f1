using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using TenantKit.Gateway;
using TenantKit.Gateway.Access;
using TenantKit.Gateway.Activation;
using TenantKit.Gateway.Activity;
using TenantKit.Gateway.Edge;
using TenantKit.Gateway.Fairness;
using TenantKit.Gateway.Forwarding;
using TenantKit.Gateway.Health;
using TenantKit.Gateway.LoadBalancing;
using TenantKit.Gateway.Pages;
using TenantKit.Gateway.Registration;
using TenantKit.Gateway.Resolution;
using TenantKit.Gateway.Routing;
using TenantKit.Gateway.SignIn;
using TenantKit.Gateway.Tls;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the gateway to a host.</summary>
public static class TenantGatewayServiceCollectionExtensions
{
    /// <summary>Adds the data plane, step by step as a request goes. Safe to call again. Connect a control plane with <c>UseInProcessControlPlane</c>, or register <c>IRouteFeed</c> and <c>IControlClient</c>.</summary>
    /// <param name="services">The host's services.</param>
    /// <returns>The builder, for <c>UseX()</c> and <c>AddX()</c>.</returns>
    /// <remarks>
    /// Switches the runtime's <c>Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators</c> on for the process: a line feed alone ends
    /// no header line, which proxies in front may see otherwise.
    /// </remarks>
    public static ITenantGatewayBuilder AddTenantGateway(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddTenantRouting();
        services.AddGatewayOptions();
        services.AddEdge();
        services.AddResolution();
        services.AddAccess();
        services.AddRoutes();
        services.AddActivation();
        services.AddLoadBalancing();
        services.AddForwarding();
        services.AddHealth();
        services.AddActivity();
        services.AddRegistration();
        services.AddSignIn();
        services.TryAddSingleton<GatewayPipeline>();
        return new TenantGatewayBuilder(services);
    }

    private static void AddGatewayOptions(this IServiceCollection services)
    {
        FirstValidation<TenantGatewayOptions>.Ensure();
        FirstValidation<GatewayTlsOptions>.Ensure();
        services.AddOptions<TenantGatewayOptions>().BindConfiguration(TenantGatewayOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TenantGatewayOptions>, TenantGatewayOptionsValidator>());
        services.AddMetrics();
        services.TryAddSingleton<GatewayMetrics>();
        services.TryAddSingleton<GatewayName>();
    }

    private static void AddEdge(this IServiceCollection services)
    {
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);
        services.TryAddSingleton<TrustedProxies>();
        services.TryAddSingleton<TenantHeader>();
        services.TryAddSingleton<StrictEdge>();
        services.TryAddSingleton<HttpsRules>();
        services.TryAddSingleton<CertificateKeeper>();
    }

    private static void AddResolution(this IServiceCollection services)
    {
        services.TryAddSingleton<TenantDomains>();
        services.TryAddSingleton<HostMap>();
        services.TryAddSingleton<TenantResolution>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITenantResolver, PathTenantResolver>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITenantResolver, HostTenantResolver>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITenantResolver, HeaderTenantResolver>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITenantResolver, TokenTenantResolver>());
    }

    private static void AddAccess(this IServiceCollection services)
    {
        services.TryAddSingleton<AccessTokenKeyCache>();
        services.TryAddSingleton<TokenCache>();
        services.TryAddSingleton<RevocationTable>();
        services.TryAddSingleton<AccessTokenValidator>();
        services.TryAddSingleton<Authenticator>();
        services.TryAddSingleton<AccessGate>();
        services.TryAddSingleton<TenantLimits>();
        services.TryAddSingleton<RefusalPace>();
        services.TryAddSingleton<CrowdWatch>();
    }

    // The reactions begin before the routes come in, and those of the snapshot come first.
    private static void AddRoutes(this IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, RouteReactions>());
        services.TryAddSingleton<FeedStatus>();
        services.TryAddSingleton<SnapshotKeeper>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, SnapshotKeeper>(static provider => provider.GetRequiredService<SnapshotKeeper>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, RouteFollower>());
    }

    private static void AddActivation(this IServiceCollection services)
    {
        services.TryAddSingleton<TenantActivator>();
        services.TryAddSingleton<WaitingRoom>();
        services.TryAddSingleton<HoldDecision>();
        services.TryAddSingleton<Page>();
        services.TryAddSingleton<PageTexts>();
        services.TryAddSingleton<StartProgress>();
        services.TryAddSingleton<IWaitingPage, WaitingPage>();
        services.TryAddSingleton<WaitEvents>();
    }

    private static void AddLoadBalancing(this IServiceCollection services)
    {
        services.TryAddSingleton<SessionAffinity>();
        services.TryAddSingleton<SlowStart>();
        services.TryAddSingleton<LoadBalancer>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILoadBalancingPolicy, PowerOfTwoChoicesPolicy>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILoadBalancingPolicy, RoundRobinPolicy>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILoadBalancingPolicy, LeastRequestsPolicy>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILoadBalancingPolicy, RandomPolicy>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILoadBalancingPolicy, WeightedRoundRobinPolicy>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILoadBalancingPolicy, ConsistentHashPolicy>());
    }

    private static void AddForwarding(this IServiceCollection services)
    {
        services.AddHttpForwarder();
        services.TryAddSingleton<IdentityKey>();
        services.TryAddSingleton<ICallerIdentity, CallerIdentity>();
        services.TryAddSingleton<InstanceConnector>();
        services.TryAddSingleton<InstanceClient>();
        services.TryAddSingleton<InstanceForwarder>();
        services.TryAddSingleton<RetryRules>();
        services.TryAddSingleton<TenantDispatcher>();
    }

    private static void AddHealth(this IServiceCollection services)
    {
        services.TryAddSingleton<FleetTable>();
        services.TryAddSingleton<ProbeRunner>();
        services.TryAddSingleton<OutlierDetector>();
        services.TryAddSingleton<IInstanceHealthView, InstanceHealthView>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, HealthMetrics>());
        services.TryAddSingleton<GatewayStop>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, GatewayStop>(static provider => provider.GetRequiredService<GatewayStop>()));
        services.TryAddSingleton<HealthEndpoints>();
    }

    private static void AddActivity(this IServiceCollection services)
    {
        services.TryAddSingleton<InstanceReports>();
        services.TryAddSingleton<ActivityTracker>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ActivityReporter>());
    }

    private static void AddRegistration(this IServiceCollection services)
    {
        services.AddRouting();
        services.TryAddSingleton<RegistrationLimiter>();
        services.TryAddSingleton<RegistrationEndpoint>();
        services.TryAddSingleton<IdentityKeysEndpoint>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<MatcherPolicy, ListenerMatcherPolicy>());
    }

    private static void AddSignIn(this IServiceCollection services)
    {
        services.TryAddSingleton<SignInPage>();
        services.TryAddSingleton<SignInEndpoints>();
    }
}
