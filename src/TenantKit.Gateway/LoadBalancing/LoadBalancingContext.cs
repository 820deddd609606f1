namespace TenantKit.Gateway.LoadBalancing;

/// <summary>What a policy chooses from.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="Candidates">At least two instances, always in the same order while they stay the same: that of their ids, which is the order they were created in.</param>
/// <param name="Sequence">A number that grows by one with each choice for this tenant in this gateway.</param>
public readonly record struct LoadBalancingContext(string TenantId, IReadOnlyList<ILoadBalancingCandidate> Candidates, long Sequence)
{
    /// <summary>What requests that belong together have in common, as the route's settings say; null when the policy was not asked to go by anything.</summary>
    public string? Key { get; init; }

    /// <summary>What the policy keeps for this tenant while it is awake; null when it cannot keep anything.</summary>
    public LoadBalancingMemory? Memory { get; init; }
}
