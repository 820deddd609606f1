namespace TenantKit.Gateway.LoadBalancing;

/// <summary>Names of the built-in policies.</summary>
public static class LoadBalancingPolicies
{
    /// <summary>The less loaded of two random instances. Use it unless there is a reason not to.</summary>
    /// <remarks>M. Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", IEEE TPDS 12 (2001).</remarks>
    public const string PowerOfTwoChoices = "power-of-two-choices";

    /// <summary>One after the other. Use it when requests cost about the same and counts should be exactly even.</summary>
    public const string RoundRobin = "round-robin";

    /// <summary>One after the other, each as often as its weight says, without bursts. Use it when instances are not alike.</summary>
    /// <remarks>The smooth weighted round robin of nginx (I. Sysoev, 2012).</remarks>
    public const string WeightedRoundRobin = "weighted-round-robin";

    /// <summary>The one with the fewest requests in flight. Use it for few instances with long requests.</summary>
    public const string LeastRequests = "least-requests";

    /// <summary>Any. Use it when many gateways share instances and none of them sees the whole load.</summary>
    public const string Random = "random";

    /// <summary>
    /// The same instance for the same key, at every gateway, while it is not busier than 1.25 times the mean. Use it when instances remember
    /// what they were asked before, such as caches.
    /// </summary>
    /// <remarks>
    /// D. Thaler and C. Ravishankar, "Using name-based mappings to increase hit rates", IEEE/ACM ToN 6 (1998), with the bound of V. Mirrokni,
    /// M. Thorup and M. Zadimoghaddam, "Consistent Hashing with Bounded Loads", SODA 2018.
    /// </remarks>
    public const string ConsistentHash = "consistent-hash";
}
