namespace TenantKit.Control;

/// <summary>One instance as a gateway sees it: told of while it is not simply healthy, or while it shares its tenant's requests with others.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="InstanceId">The instance.</param>
/// <param name="State">Whether it takes the gateway's requests: <c>starting</c>, <c>healthy</c>, <c>trial</c>, <c>ejected</c>, <c>unhealthy</c> or <c>draining</c>.</param>
/// <param name="Reason">Why, in words; null when it is healthy.</param>
/// <param name="InFlight">Requests and streams that the gateway has in flight to it; a drain waits until this is zero.</param>
/// <param name="OutFor">How long it is left out yet; null when it is not ejected.</param>
public sealed record InstanceActivity(string TenantId, string InstanceId, string State, string? Reason, int InFlight, TimeSpan? OutFor = null);
