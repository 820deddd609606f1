namespace TenantKit.Gateway.LoadBalancing;

/// <summary>See <see cref="LoadBalancingPolicies.ConsistentHash"/>.</summary>
/// <remarks>
/// (1) Each pair of key and instance has a score; the highest wins, so an instance that comes or goes moves only its own keys. (2) An instance
/// takes no more than 1.25 times the mean of requests in flight, this one counted: then the next score's turn comes. There always is one below.
/// </remarks>
internal sealed class ConsistentHashPolicy : ILoadBalancingPolicy
{
    private const double Bound = 1.25;

    public string Name => LoadBalancingPolicies.ConsistentHash;

    public int Choose(in LoadBalancingContext context)
    {
        var candidates = context.Candidates;
        var key = context.Key is { } text ? StableHash.Of(text) : StableHash.Mix((ulong)context.Sequence);
        long inFlight = 0;
        for (var i = 0; i < candidates.Count; i++)
        {
            inFlight += candidates[i].InFlight;
        }

        var most = (long)Math.Ceiling(Bound * (inFlight + 1) / candidates.Count);
        var (best, highest) = (-1, 0UL);
        for (var i = 0; i < candidates.Count; i++)
        {
            var score = StableHash.Mix(key ^ StableHash.Of(candidates[i].InstanceId)); // (1)
            if (candidates[i].InFlight < most && (best < 0 || score > highest)) // (2)
            {
                (best, highest) = (i, score);
            }
        }

        // Counts move while they are read: then all may seem full.
        return best < 0 ? (int)(key % (ulong)candidates.Count) : best;
    }
}
