using TenantKit.Routing;
using TenantKit.Templates;

namespace TenantKit.Admin.Tests.Hosting;

/// <summary>Every instance is ready: nobody listens at the in-memory runtime's addresses.</summary>
internal sealed class WillingProbe : IInstanceProbe
{
    public Task<ProbeResult> ProbeAsync(string tenantId, RouteInstance instance, ProbeSettings settings, CancellationToken cancellationToken) =>
        Task.FromResult(ProbeResult.Success);
}
