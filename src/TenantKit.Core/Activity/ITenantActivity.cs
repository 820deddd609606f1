namespace TenantKit.Activity;

/// <summary>What all gateways together know of a tenant's traffic. Soft: it starts empty with the control plane.</summary>
/// <remarks>Thread-safe.</remarks>
public interface ITenantActivity
{
    /// <summary>When a request last reached the tenant (UTC); null when none was seen since the control plane started.</summary>
    /// <param name="tenantId">The tenant.</param>
    /// <returns>The time, or null.</returns>
    DateTimeOffset? GetLastAccess(string tenantId);

    /// <summary>Requests and streams in flight at all gateways, waiting ones included.</summary>
    /// <param name="tenantId">The tenant.</param>
    /// <returns>How many.</returns>
    int GetInFlight(string tenantId);

    /// <summary>The tenant's traffic at each gateway that is in touch.</summary>
    /// <param name="tenantId">The tenant.</param>
    /// <returns>One entry per gateway, in order of id.</returns>
    IReadOnlyList<GatewayTraffic> GetTraffic(string tenantId);
}
