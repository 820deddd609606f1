using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TenantKit.Gateway.Health;
using TenantKit.Routing;

namespace TenantKit.Gateway.LoadBalancing;

/// <summary>Picks an instance by the policy that the route names.</summary>
internal sealed partial class LoadBalancer
{
    private readonly Dictionary<string, ILoadBalancingPolicy> policies;
    private readonly ILoadBalancingPolicy fallback;
    private readonly ILogger<LoadBalancer> logger;

    public LoadBalancer(IEnumerable<ILoadBalancingPolicy> policies, IOptions<TenantGatewayOptions> options, ILogger<LoadBalancer> logger)
    {
        this.policies = policies.ToDictionary(policy => policy.Name, StringComparer.Ordinal);
        this.logger = logger;
        fallback = Get(options.Value.LoadBalancing);
    }

    /// <summary>The policy of a name.</summary>
    /// <exception cref="InvalidOperationException">There is none of this name; the message lists those there are.</exception>
    public ILoadBalancingPolicy Get(string name) => policies.TryGetValue(name, out var policy)
        ? policy
        : throw new InvalidOperationException(
            $"There is no load-balancing policy '{name}'. Add it with AddLoadBalancingPolicy<T>(), or use one of: {string.Join(", ", policies.Keys.Order(StringComparer.Ordinal))}.");

    /// <summary>Picks one of a fleet; null when none is available. <paramref name="avoid"/> is taken only when it is the only one.</summary>
    public InstanceSlot? Pick(Route route, TenantFleet fleet, InstanceSlot? avoid)
    {
        var available = fleet.Available;
        if (avoid is not null && available.Length > 1)
        {
            available = Array.FindAll(available, slot => slot != avoid);
        }

        return available.Length switch
        {
            0 => null,
            1 => available[0],
            _ => available[Of(route).Choose(new LoadBalancingContext(route.TenantId, available, fleet.NextSequence()))],
        };
    }

    // A template may name a policy that only a newer gateway has: its tenants are served all the same.
    private ILoadBalancingPolicy Of(Route route)
    {
        if (route.LoadBalancing is not { } name)
        {
            return fallback;
        }

        if (policies.TryGetValue(name, out var policy))
        {
            return policy;
        }

        LogUnknownPolicy(route.TenantId, name, fallback.Name);
        return fallback;
    }

    [LoggerMessage(1, LogLevel.Warning, "Tenant {TenantId} names the load-balancing policy '{Policy}', which this gateway lacks; '{Fallback}' is used. Add it with AddLoadBalancingPolicy<T>().")]
    private partial void LogUnknownPolicy(string tenantId, string policy, string fallback);
}
