using TenantKit.Templates;

namespace TenantKit.Routing;

/// <summary>Asks an instance whether it is who it should be and ready.</summary>
public interface IInstanceProbe
{
    /// <summary>Probes once.</summary>
    /// <param name="tenantId">The tenant the instance must belong to.</param>
    /// <param name="instance">The instance.</param>
    /// <param name="settings">How to ask.</param>
    /// <param name="cancellationToken">Cancels the probe.</param>
    /// <returns>What was answered. Never throws for what the instance does.</returns>
    /// <remarks>Thread-safe. Reads at most 64 KiB, follows no redirect, sends no cookie.</remarks>
    Task<ProbeResult> ProbeAsync(string tenantId, RouteInstance instance, ProbeSettings settings, CancellationToken cancellationToken);
}
