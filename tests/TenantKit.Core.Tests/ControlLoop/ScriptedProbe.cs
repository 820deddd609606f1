using System.Collections.Concurrent;
using TenantKit.Routing;
using TenantKit.Templates;

namespace TenantKit.Core.Tests.ControlLoop;

/// <summary>Every instance is ready unless its tenant is said not to be.</summary>
internal sealed class ScriptedProbe : IInstanceProbe
{
    public ConcurrentDictionary<string, string> Failing { get; } = new();

    public Task<ProbeResult> ProbeAsync(string tenantId, RouteInstance instance, ProbeSettings settings, CancellationToken cancellationToken) =>
        Task.FromResult(Failing.TryGetValue(tenantId, out var problem) ? new ProbeResult(false, problem) : ProbeResult.Success);
}
