namespace TenantKit.Control;

/// <summary>One tenant's activity at one gateway.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="LastAccessAt">When its last request began or ended, or a byte of a live stream passed (UTC).</param>
/// <param name="InFlight">Requests and streams in flight, waiting ones included; above zero keeps the tenant awake.</param>
/// <param name="Forwarding">Of those, the ones that were given to an instance; a drain waits until this is zero.</param>
/// <param name="Requests">Requests begun since the last report.</param>
public sealed record TenantActivity(string TenantId, DateTimeOffset LastAccessAt, int InFlight, int Forwarding, long Requests)
{
    /// <summary>The mean of <see cref="InFlight"/> over the time since the last report; what autoscaling goes by.</summary>
    public double AverageInFlight { get; init; }
}
