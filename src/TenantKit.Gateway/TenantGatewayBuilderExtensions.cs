using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using TenantKit;
using TenantKit.Control;
using TenantKit.Gateway;
using TenantKit.Gateway.Activation;
using TenantKit.Gateway.LoadBalancing;
using TenantKit.Gateway.Remote;
using TenantKit.Gateway.Resolution;
using TenantKit.Routing;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>What can be chosen about a gateway.</summary>
public static class TenantGatewayBuilderExtensions
{
    /// <summary>
    /// Connects a control plane that runs in the same process with services of its own: calls instead of HTTP. The host of its
    /// <see cref="TenantKitOptions.GatewayUrl"/> is one of the gateway's own.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="controlPlane">The services of the control plane's host, built already. They stay that host's: the gateway does not dispose of them.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">The control plane lacks a service that the gateway needs.</exception>
    public static ITenantGatewayBuilder UseInProcessControlPlane(this ITenantGatewayBuilder builder, IServiceProvider controlPlane)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(controlPlane);
        builder.Services.Replace(ServiceDescriptor.Singleton(Take<IRouteFeed>(controlPlane)));
        builder.Services.Replace(ServiceDescriptor.Singleton(Take<IControlClient>(controlPlane)));
        if (controlPlane.GetService<IInstanceProbe>() is { } probe)
        {
            builder.Services.Replace(ServiceDescriptor.Singleton(probe));
        }

        if (controlPlane.GetService<IOptions<TenantKitOptions>>() is { } kit)
        {
            // The tenants' addresses are made from it: whoever follows one must not hear that there is nobody.
            builder.Services.AddOptions<TenantGatewayOptions>().PostConfigure(gateway =>
            {
                if (Uri.TryCreate(kit.Value.GatewayUrl, UriKind.Absolute, out var url))
                {
                    gateway.Hosts.Add(url.Host);
                }
            });
        }

        return builder;
    }

    /// <summary>
    /// Connects a control plane that runs on other hosts, in one or several replicas, over HTTP. Settings come from <c>TenantKit:Gateway:ControlPlane</c>;
    /// the host does not start without an address and the secret it shares with the control plane: the key file in
    /// <see cref="TenantKit.Gateway.TenantGatewayOptions.KeyDirectory"/>, which is never made here but copied, or a gateway token.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes what the configuration says; null for nothing.</param>
    /// <returns>The builder.</returns>
    public static ITenantGatewayBuilder UseRemoteControlPlane(this ITenantGatewayBuilder builder, Action<RemoteControlPlaneOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        FirstValidation<RemoteControlPlaneOptions>.Ensure();
        var options = builder.Services.AddOptions<RemoteControlPlaneOptions>().BindConfiguration(RemoteControlPlaneOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        builder.Services.Configure<TenantGatewayOptions>(static gateway => gateway.KeyIsShared = true);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RemoteControlPlaneOptions>, RemoteControlPlaneOptionsValidator>());
        builder.Services.TryAddSingleton<ControlPeers>();
        builder.Services.Replace(ServiceDescriptor.Singleton<IRouteFeed, RemoteRouteFeed>());
        builder.Services.Replace(ServiceDescriptor.Singleton<IControlClient, RemoteControlClient>());
        return builder;
    }

    /// <summary>Makes one route registry the only one.</summary>
    /// <typeparam name="TRegistry">The registry.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static ITenantGatewayBuilder UseRouteRegistry<TRegistry>(this ITenantGatewayBuilder builder)
        where TRegistry : class, IRouteRegistry
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Replace(ServiceDescriptor.Singleton<IRouteRegistry, TRegistry>());
        return builder;
    }

    /// <summary>Adds a load-balancing policy, which routes and <c>TenantGatewayOptions.LoadBalancing</c> can then name.</summary>
    /// <typeparam name="TPolicy">The policy.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static ITenantGatewayBuilder AddLoadBalancingPolicy<TPolicy>(this ITenantGatewayBuilder builder)
        where TPolicy : class, ILoadBalancingPolicy
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<ILoadBalancingPolicy, TPolicy>());
        return builder;
    }

    /// <summary>Adds a way to tell which tenant a request is for. It is asked before the built-in ones, and before those that were added earlier.</summary>
    /// <typeparam name="TResolver">The resolver.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static ITenantGatewayBuilder AddTenantResolver<TResolver>(this ITenantGatewayBuilder builder)
        where TResolver : class, ITenantResolver
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (!builder.Services.Any(static service => service.ServiceType == typeof(ITenantResolver) && service.ImplementationType == typeof(TResolver)))
        {
            builder.Services.Insert(0, ServiceDescriptor.Singleton<ITenantResolver, TResolver>());
        }

        return builder;
    }

    /// <summary>Writes another page than the built-in one for people who wait for a tenant to start.</summary>
    /// <typeparam name="TPage">The page.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static ITenantGatewayBuilder UseWaitingPage<TPage>(this ITenantGatewayBuilder builder)
        where TPage : class, IWaitingPage
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Replace(ServiceDescriptor.Singleton<IWaitingPage, TPage>());
        return builder;
    }

    private static T Take<T>(IServiceProvider controlPlane)
        where T : class =>
        controlPlane.GetService<T>() ?? throw new InvalidOperationException(
            $"The control plane has no {typeof(T).Name}. Call AddTenantKit() on its services before it is built.");
}
