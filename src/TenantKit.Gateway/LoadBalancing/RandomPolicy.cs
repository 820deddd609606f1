using TenantKit.Diagnostics;

namespace TenantKit.Gateway.LoadBalancing;

/// <summary>See <see cref="LoadBalancingPolicies.Random"/>.</summary>
internal sealed class RandomPolicy(IRandomSource random) : ILoadBalancingPolicy
{
    public string Name => LoadBalancingPolicies.Random;

    public int Choose(in LoadBalancingContext context) => random.Next(context.Candidates.Count);
}
