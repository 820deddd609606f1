using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TenantKit.Gateway.Health;
using TenantKit.Routing;

namespace TenantKit.Gateway.LoadBalancing;

/// <summary>Picks an instance by the policy and the settings that the route names.</summary>
/// <remarks>(1) Not one that has failed this request, if there is another. (2) The session's own, if it has one. (3) Otherwise the policy chooses, new instances held back.</remarks>
internal sealed partial class LoadBalancer
{
    private const int MostPlans = 10_000;

    private readonly Dictionary<string, ILoadBalancingPolicy> policies;
    private readonly ConcurrentDictionary<string, BalancingPlan> plans = new(StringComparer.Ordinal);
    private readonly BalancingPlan fallback;
    private readonly SessionAffinity affinity;
    private readonly SlowStart slowStart;
    private readonly ILogger<LoadBalancer> logger;

    public LoadBalancer(
        IEnumerable<ILoadBalancingPolicy> policies, SessionAffinity affinity, SlowStart slowStart, IOptions<TenantGatewayOptions> options, ILogger<LoadBalancer> logger)
    {
        this.policies = policies.ToDictionary(policy => policy.Name, StringComparer.Ordinal);
        this.affinity = affinity;
        this.slowStart = slowStart;
        this.logger = logger;
        fallback = CreateFallback(options.Value);
    }

    /// <summary>The policy of a name.</summary>
    /// <exception cref="InvalidOperationException">There is none of this name; the message lists those there are.</exception>
    public ILoadBalancingPolicy Get(string name) => policies.TryGetValue(name, out var policy)
        ? policy
        : throw new InvalidOperationException(
            $"There is no load-balancing policy '{name}'. Add it with AddLoadBalancingPolicy<T>(), or use one of: {string.Join(", ", policies.Keys.Order(StringComparer.Ordinal))}.");

    /// <summary>Picks one of a fleet at a timestamp of the clock; null when none is available. Those that have failed this request are taken only when there is no other.</summary>
    public InstanceSlot? Pick(Exchange exchange, Route route, TenantFleet fleet, long now)
    {
        var candidates = fleet.Available;
        if (candidates.Length > 1 && exchange.Failed is { } failed)
        {
            candidates = Without(candidates, failed); // (1)
        }

        if (fleet.HasTrials)
        {
            candidates = OneTrialAtATime(candidates);
        }

        var plan = PlanOf(route);
        if (!plan.Affinity)
        {
            return Choose(exchange, plan, fleet, candidates, now);
        }

        var bound = affinity.Find(exchange.Http.Request, candidates); // (2)
        var slot = bound ?? Choose(exchange, plan, fleet, candidates, now);
        exchange.NewAffinity = slot is null || slot == bound ? null : affinity.Bind(exchange.Http.Request, exchange.Prefix, slot);
        return slot;
    }

    private InstanceSlot? Choose(Exchange exchange, BalancingPlan plan, TenantFleet fleet, InstanceSlot[] candidates, long now)
    {
        if (candidates.Length > 1)
        {
            candidates = slowStart.Thin(candidates, plan.SlowStart, now); // (3)
        }

        return candidates.Length switch
        {
            0 => null,
            1 => candidates[0],
            _ => candidates[plan.Policy.Choose(
                new LoadBalancingContext(fleet.TenantId, candidates, fleet.NextSequence()) { Key = plan.Key?.Read(exchange), Memory = fleet.Memory })],
        };
    }

    private static InstanceSlot[] Without(InstanceSlot[] available, List<InstanceSlot> failed)
    {
        var fresh = Array.FindAll(available, slot => !failed.Contains(slot));
        return fresh.Length > 0 ? fresh : Array.FindAll(available, slot => slot != failed[^1]);
    }

    private static InstanceSlot[] OneTrialAtATime(InstanceSlot[] candidates)
    {
        var free = Array.FindAll(candidates, static slot => !slot.Ejection.Trial || slot.InFlight == 0);
        return free.Length > 0 ? free : candidates;
    }

    private BalancingPlan PlanOf(Route route) =>
        route.LoadBalancing is not { } text ? fallback : plans.TryGetValue(text, out var plan) ? plan : Remember(route, text);

    // A template may name a policy that only a newer gateway has: its tenants are served all the same.
    private BalancingPlan Remember(Route route, string text)
    {
        if (plans.Count >= MostPlans)
        {
            plans.Clear();
        }

        if (!LoadBalancingSettings.TryParse(text, out var settings, out var error))
        {
            LogUnreadable(route.TenantId, text, error);
            return plans[text] = fallback;
        }

        var policy = fallback.Policy;
        if (settings.Policy is { } name && !policies.TryGetValue(name, out policy))
        {
            LogUnknownPolicy(route.TenantId, name, fallback.Policy.Name);
            policy = fallback.Policy;
        }

        return plans[text] = Create(policy, settings, fallback.SlowStart);
    }

    private BalancingPlan CreateFallback(TenantGatewayOptions options)
    {
        if (!LoadBalancingSettings.TryParse(options.LoadBalancing, out var settings, out var error))
        {
            throw new InvalidOperationException($"{TenantGatewayOptions.SectionName}:{nameof(options.LoadBalancing)} cannot be read: {error}");
        }

        return Create(Get(settings.Policy ?? LoadBalancingPolicies.PowerOfTwoChoices), settings, options.SlowStart);
    }

    private static BalancingPlan Create(ILoadBalancingPolicy policy, LoadBalancingSettings settings, TimeSpan slowStart)
    {
        var key = settings.Key ?? (policy is ConsistentHashPolicy ? "user" : null);
        return new BalancingPlan(policy, key is null ? null : new RequestKey(key), settings.Affinity, settings.SlowStart ?? slowStart);
    }

    [LoggerMessage(1, LogLevel.Warning, "Tenant {TenantId} names the load-balancing policy '{Policy}', which this gateway lacks; '{Fallback}' is used. Add it with AddLoadBalancingPolicy<T>().")]
    private partial void LogUnknownPolicy(string tenantId, string policy, string fallback);

    [LoggerMessage(2, LogLevel.Warning, "The load balancing '{Text}' of tenant {TenantId} cannot be read, the gateway's default is used: {Error}")]
    private partial void LogUnreadable(string tenantId, string text, string error);
}
