namespace TenantKit.Gateway.LoadBalancing;

/// <summary>What a policy chooses from.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="Candidates">At least two instances, always in the same order while they stay the same.</param>
/// <param name="Sequence">A number that grows by one with each choice for this tenant in this gateway.</param>
public readonly record struct LoadBalancingContext(string TenantId, IReadOnlyList<ILoadBalancingCandidate> Candidates, long Sequence);
