using TenantKit.Activity;
using TenantKit.Reconciliation;
using TenantKit.Reconciliation.Queue;
using TenantKit.Tenants;

namespace TenantKit.Leases;

/// <summary>What follows from a share that comes or goes: its tenants are looked at, and those that start there take their places along.</summary>
internal sealed class LeaseReactions(ShardLeases leases, RestlessTenants restless, StartLimiter starts, ReconcileQueue queue, ActivityTracker activity)
{
    /// <summary>Begins to react; done once.</summary>
    public void Connect()
    {
        leases.Acquired += OnAcquired;
        leases.Lost += OnLost;
        leases.Resumed += activity.ListenAnew;
    }

    private void OnAcquired(int shard)
    {
        foreach (var tenantId in restless.In(shard))
        {
            if (restless.IsStarting(tenantId))
            {
                starts.Keep(tenantId);
            }

            queue.Add(tenantId, IntentOrigin.Background);
        }

        starts.Reconsider();
    }

    private void OnLost(int shard)
    {
        foreach (var tenantId in restless.In(shard))
        {
            starts.Leave(tenantId);
        }
    }
}
