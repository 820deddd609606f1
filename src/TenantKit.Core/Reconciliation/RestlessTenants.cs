using System.Collections.Concurrent;
using TenantKit.Tenants;

namespace TenantKit.Reconciliation;

/// <summary>The tenants that the control loop must look at now and then: awake ones, and those on their way. One at rest costs nothing.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class RestlessTenants
{
    private readonly ConcurrentDictionary<string, byte> ids = new();

    public IEnumerable<string> Ids => ids.Select(static pair => pair.Key);

    public bool Contains(string tenantId) => ids.ContainsKey(tenantId);

    /// <summary>Takes note of a tenant's newest state.</summary>
    /// <returns>True when the control loop has something to look at.</returns>
    public bool Track(TenantState state)
    {
        var atRest = state.Status.Phase is TenantPhase.Sleeping or TenantPhase.Stopped or TenantPhase.Suspended or TenantPhase.Deleted
            && state.Status.ObservedGeneration == state.Tenant.Generation
            && state.OpenOperations.Count == 0;
        if (atRest)
        {
            ids.TryRemove(state.Tenant.Id, out _);
            return false;
        }

        ids[state.Tenant.Id] = 0;
        return true;
    }
}
