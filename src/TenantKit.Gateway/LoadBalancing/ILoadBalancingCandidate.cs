namespace TenantKit.Gateway.LoadBalancing;

/// <summary>An instance that may get the request: ready by the gateway's own probe, not draining, not ejected.</summary>
public interface ILoadBalancingCandidate
{
    /// <summary>The instance.</summary>
    string InstanceId { get; }

    /// <summary>Requests and streams that this gateway has in flight to it now.</summary>
    int InFlight { get; }

    /// <summary>When it started (UTC); null when unknown.</summary>
    DateTimeOffset? StartedAt { get; }

    /// <summary>Its share relative to the others, 1 or more; 1 unless the route's settings name weights.</summary>
    int Weight => 1;
}
