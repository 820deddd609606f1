using TenantKit.Routing;
using TenantKit.Templates;

namespace TenantKit.Simulation.Steps;

/// <summary>Every instance is ready as soon as the world lets it be.</summary>
internal sealed class StepProbe(StepWorld world) : IInstanceProbe
{
    public Task<ProbeResult> ProbeAsync(string tenantId, RouteInstance instance, ProbeSettings settings, CancellationToken cancellationToken) =>
        Task.FromResult(world.World.Elapsed >= world.ReadyFrom ? ProbeResult.Success : new ProbeResult(false, "Not ready yet."));
}
