using TenantKit.Diagnostics;

namespace TenantKit.Gateway.LoadBalancing;

/// <summary>See <see cref="LoadBalancingPolicies.PowerOfTwoChoices"/>.</summary>
internal sealed class PowerOfTwoChoicesPolicy(IRandomSource random) : ILoadBalancingPolicy
{
    public string Name => LoadBalancingPolicies.PowerOfTwoChoices;

    public int Choose(in LoadBalancingContext context)
    {
        // Two different ones: the second is drawn from the others.
        var first = random.Next(context.Candidates.Count);
        var second = random.Next(context.Candidates.Count - 1);
        second += second >= first ? 1 : 0;
        return context.Candidates[second].InFlight < context.Candidates[first].InFlight ? second : first;
    }
}
