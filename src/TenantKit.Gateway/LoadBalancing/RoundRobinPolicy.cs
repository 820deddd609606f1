namespace TenantKit.Gateway.LoadBalancing;

/// <summary>See <see cref="LoadBalancingPolicies.RoundRobin"/>.</summary>
internal sealed class RoundRobinPolicy : ILoadBalancingPolicy
{
    public string Name => LoadBalancingPolicies.RoundRobin;

    public int Choose(in LoadBalancingContext context) => (int)((ulong)context.Sequence % (ulong)context.Candidates.Count);
}
