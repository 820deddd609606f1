using TenantKit.Routing;
using TenantKit.Templates;

namespace TenantKit.Testing.Virtual;

/// <summary>Health checks that pass unless the test says otherwise.</summary>
/// <remarks>Not thread-safe: everything of a <see cref="VirtualWorld"/> runs on one thread.</remarks>
public sealed class VirtualProbe : IInstanceProbe
{
    private readonly Dictionary<string, string> failing = new(StringComparer.Ordinal);

    /// <summary>Lets health checks fail until <see cref="Pass"/>.</summary>
    /// <param name="id">A tenant's id, for all its instances, or an instance's id.</param>
    /// <param name="problem">Why, in words; shown in the tenant's status.</param>
    public void Fail(string id, string problem = "The test says that it is not ready.")
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        failing[id] = problem;
    }

    /// <summary>Lets health checks pass again. Does nothing when they do.</summary>
    /// <param name="id">The id that was given to <see cref="Fail"/>.</param>
    public void Pass(string id) => failing.Remove(id);

    /// <inheritdoc/>
    public Task<ProbeResult> ProbeAsync(string tenantId, RouteInstance instance, ProbeSettings settings, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(instance);
        return Task.FromResult(
            failing.TryGetValue(tenantId, out var problem) || failing.TryGetValue(instance.InstanceId, out problem) ? new ProbeResult(false, problem) : ProbeResult.Success);
    }
}
