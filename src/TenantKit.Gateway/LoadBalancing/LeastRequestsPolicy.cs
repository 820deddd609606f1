namespace TenantKit.Gateway.LoadBalancing;

/// <summary>See <see cref="LoadBalancingPolicies.LeastRequests"/>. Ties go round, so that idle instances share the work.</summary>
internal sealed class LeastRequestsPolicy : ILoadBalancingPolicy
{
    public string Name => LoadBalancingPolicies.LeastRequests;

    public int Choose(in LoadBalancingContext context)
    {
        var count = context.Candidates.Count;
        var start = (int)((ulong)context.Sequence % (ulong)count);
        var best = start;
        var least = context.Candidates[start].InFlight;
        for (var i = 1; i < count; i++)
        {
            var index = (start + i) % count;
            var load = context.Candidates[index].InFlight;
            if (load < least)
            {
                (best, least) = (index, load);
            }
        }

        return best;
    }
}
