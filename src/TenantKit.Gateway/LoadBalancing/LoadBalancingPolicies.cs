namespace TenantKit.Gateway.LoadBalancing;

/// <summary>Names of the built-in policies.</summary>
public static class LoadBalancingPolicies
{
    /// <summary>The less loaded of two random instances. Use it unless there is a reason not to.</summary>
    /// <remarks>M. Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", IEEE TPDS 12 (2001).</remarks>
    public const string PowerOfTwoChoices = "power-of-two-choices";

    /// <summary>One after the other. Use it when requests cost about the same and counts should be exactly even.</summary>
    public const string RoundRobin = "round-robin";

    /// <summary>The one with the fewest requests in flight. Use it for few instances with long requests.</summary>
    public const string LeastRequests = "least-requests";

    /// <summary>Any. Use it when many gateways share instances and none of them sees the whole load.</summary>
    public const string Random = "random";
}
