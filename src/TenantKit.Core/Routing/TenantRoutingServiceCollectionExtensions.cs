using Microsoft.Extensions.DependencyInjection.Extensions;
using TenantKit.Diagnostics;
using TenantKit.Routing;
using TenantKit.Routing.Probing;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>The part of TenantKit that a host needs which routes requests but runs no control loop.</summary>
public static class TenantRoutingServiceCollectionExtensions
{
    /// <summary>Adds the clock, the sources of ids and randomness, and the in-memory route registry and the instance probe, each unless there is one. Safe to call again.</summary>
    /// <param name="services">The host's services.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddTenantRouting(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IIdSource, UlidSource>();
        services.TryAddSingleton<IRandomSource, SystemRandomSource>();
        services.TryAddSingleton<IRouteRegistry, InMemoryRouteRegistry>();
        services.TryAddSingleton<IInstanceProbe, HttpInstanceProbe>();
        return services;
    }
}
