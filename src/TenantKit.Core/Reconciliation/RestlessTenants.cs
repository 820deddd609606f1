using System.Collections.Concurrent;
using TenantKit.Leases;
using TenantKit.Tenants;

namespace TenantKit.Reconciliation;

/// <summary>The tenants that the control loop must look at now and then: awake ones, and those on their way. One at rest costs nothing.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class RestlessTenants
{
    private readonly ConcurrentDictionary<string, bool>[] byShard =
        [.. Enumerable.Range(0, Shards.Count).Select(static _ => new ConcurrentDictionary<string, bool>(StringComparer.Ordinal))];

    /// <summary>Their ids.</summary>
    public IEnumerable<string> Ids => Enumerable.Range(0, Shards.Count).SelectMany(In);

    /// <summary>Those of one share, in order.</summary>
    public IReadOnlyList<string> In(int shard) => [.. byShard[shard].Select(static pair => pair.Key).Order(StringComparer.Ordinal)];

    public bool Contains(string tenantId) => Of(tenantId).ContainsKey(tenantId);

    /// <summary>True when a tenant has a place among those that start, by what is stored.</summary>
    public bool IsStarting(string tenantId) => Of(tenantId).GetValueOrDefault(tenantId);

    /// <summary>Takes note of a tenant's newest state.</summary>
    /// <returns>True when the control loop has something to look at.</returns>
    public bool Track(TenantState state)
    {
        var ids = Of(state.Tenant.Id);
        var atRest = state.Status.Phase is TenantPhase.Sleeping or TenantPhase.Stopped or TenantPhase.Suspended or TenantPhase.Deleted
            && state.Status.ObservedGeneration == state.Tenant.Generation
            && state.OpenOperations.Count == 0;
        if (atRest)
        {
            ids.TryRemove(state.Tenant.Id, out _);
            return false;
        }

        ids[state.Tenant.Id] = state is { Tenant.Desired: DesiredState.Running, Status.Phase: TenantPhase.Provisioning or TenantPhase.Starting }
            && state.Status.Reason != StatusReasons.WaitingForStartSlot
            && state.Ledger.Any(static entry => entry.Kind == LedgerKind.Compute);
        return true;
    }

    private ConcurrentDictionary<string, bool> Of(string tenantId) => byShard[Shards.Of(tenantId)];
}
