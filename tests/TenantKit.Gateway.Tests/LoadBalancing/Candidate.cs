using TenantKit.Gateway.LoadBalancing;

namespace TenantKit.Gateway.Tests.LoadBalancing;

/// <summary>An instance that only counts.</summary>
internal sealed class Candidate(string id) : ILoadBalancingCandidate
{
    public string InstanceId => id;

    public int InFlight { get; set; }

    public DateTimeOffset? StartedAt => null;

    public int Weight { get; set; } = 1;

    public int Requests { get; set; }
}
