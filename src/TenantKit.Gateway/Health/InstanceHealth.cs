namespace TenantKit.Gateway.Health;

/// <summary>How this gateway sees one instance.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="InstanceId">The instance.</param>
/// <param name="State">Whether it takes requests, and why not.</param>
/// <param name="Reason">The reason in words; null when it is healthy.</param>
/// <param name="InFlight">Requests and streams that this gateway has in flight to it.</param>
/// <param name="OutFor">How long it is left out yet; null when it is not ejected.</param>
public sealed record InstanceHealth(string TenantId, string InstanceId, InstanceHealthState State, string? Reason, int InFlight, TimeSpan? OutFor);
