using TenantKit.Tenants;

namespace TenantKit.Reconciliation.Planning;

/// <summary>
/// Decides the one next step of a tenant from what is stored and what was observed. Level-triggered: it remembers nothing, so that
/// the same state leads to the same step whatever happened before, a crash included.
/// </summary>
internal class Planner
{
    public virtual Plan Next(TenantView view) =>
        view.State.Tenant switch
        {
            { Desired: DesiredState.Deleted } => DeletePlanner.Next(view),
            { Suspended: true } or { Desired: DesiredState.Sleeping } => SleepPlanner.Next(view),
            _ => RunPlanner.Next(view),
        };
}
