namespace TenantKit.Gateway.LoadBalancing;

/// <summary>A load-balancing text with its policy looked up; one object for all routes that say the same.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Key">What requests are kept together by; null when nothing was asked for and the policy does not need it.</param>
/// <param name="Affinity">True when a session stays with its instance.</param>
/// <param name="SlowStart">How long a new instance gets less than its share.</param>
internal sealed record BalancingPlan(ILoadBalancingPolicy Policy, RequestKey? Key, bool Affinity, TimeSpan SlowStart);
