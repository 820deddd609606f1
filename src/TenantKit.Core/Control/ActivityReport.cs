namespace TenantKit.Control;

/// <summary>What one gateway saw since its last report.</summary>
/// <param name="GatewayId">The gateway.</param>
/// <param name="AppliedRevision">The newest route revision it applied.</param>
/// <param name="Tenants">The tenants with something to tell; one with requests in flight is in every report.</param>
/// <param name="IsFull">True when every tenant with requests in flight is listed: tenants not listed have none.</param>
public sealed record ActivityReport(string GatewayId, long AppliedRevision, IReadOnlyList<TenantActivity> Tenants, bool IsFull)
{
    /// <summary>The epoch that <see cref="AppliedRevision"/> is counted in; null when the gateway was told none.</summary>
    public string? Epoch { get; init; }

    /// <summary>Instances with something to tell; those not listed are healthy. Each report replaces what the one before said.</summary>
    public IReadOnlyList<InstanceActivity> Instances { get; init; } = [];
}
