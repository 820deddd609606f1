using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using TenantKit.Control;
using TenantKit.Gateway;
using TenantKit.Gateway.Health;
using TenantKit.Gateway.Registration;
using TenantKit.Routing;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the gateway's endpoints.</summary>
public static class TenantGatewayEndpointExtensions
{
    /// <summary>Maps everything that no other endpoint takes to the tenants, on the public listener.</summary>
    /// <param name="endpoints">The application.</param>
    /// <returns>For conventions.</returns>
    /// <exception cref="InvalidOperationException">No control plane is connected.</exception>
    public static IEndpointConventionBuilder MapTenantGateway(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        EnsureConnected(endpoints.ServiceProvider);
        var pipeline = endpoints.ServiceProvider.GetRequiredService<GatewayPipeline>();
        return endpoints.Map("/{**path}", pipeline.HandleAsync)
            .WithOrder(int.MaxValue)
            .WithDisplayName("TenantKit gateway");
    }

    /// <summary>
    /// Maps registration, identity keys and health on the internal listener. They do not exist on any other: which listener a connection came in
    /// on is known only when the listeners were set up by <c>UseTenantGatewayKestrel()</c>.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <returns>For conventions.</returns>
    public static IEndpointConventionBuilder MapTenantGatewayInternal(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        EnsureConnected(endpoints.ServiceProvider);
        var services = endpoints.ServiceProvider;
        var group = endpoints.MapGroup(string.Empty).WithMetadata(new ListenerMetadata(Internal: true));
        group.MapPost(WireProtocol.RegisterPath, (RequestDelegate)services.GetRequiredService<RegistrationEndpoint>().HandleAsync);
        group.MapGet(WireProtocol.IdentityKeysPath, (RequestDelegate)services.GetRequiredService<IdentityKeysEndpoint>().HandleAsync);
        var health = services.GetRequiredService<HealthEndpoints>();
        group.MapGet(HealthEndpoints.LivePath, (RequestDelegate)(async http => await health.TryServeAsync(http, HealthEndpoints.LivePath)));
        group.MapGet(HealthEndpoints.ReadyPath, (RequestDelegate)(async http => await health.TryServeAsync(http, HealthEndpoints.ReadyPath)));
        return group;
    }

    /// <summary>Makes an endpoint of the host's own, such as <c>/metrics</c>, exist on the internal listener only. It runs in the thread pool, in a dedicated gateway as well.</summary>
    /// <typeparam name="TBuilder">The kind of endpoint.</typeparam>
    /// <param name="builder">The endpoint.</param>
    /// <returns>The endpoint.</returns>
    public static TBuilder RequireTenantGatewayInternal<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(static endpoint =>
        {
            if (endpoint.RequestDelegate is { } own)
            {
                endpoint.RequestDelegate = async http =>
                {
                    await Task.Yield();
                    await own(http);
                };
            }
        });
        return builder.WithMetadata(new ListenerMetadata(Internal: true));
    }

    private static void EnsureConnected(IServiceProvider services)
    {
        var known = services.GetService<IServiceProviderIsService>();
        if (known is null || !known.IsService(typeof(GatewayPipeline)))
        {
            throw new InvalidOperationException("The gateway is not added. Call builder.Services.AddTenantGateway() before the host is built.");
        }

        foreach (var contract in new[] { typeof(IRouteFeed), typeof(IControlClient) })
        {
            if (!known.IsService(contract))
            {
                throw new InvalidOperationException(
                    $"No control plane is connected: {contract.Name} is not registered. Call AddTenantGateway().UseInProcessControlPlane(services) or UseRemoteControlPlane(), or register an implementation.");
            }
        }
    }
}
