using TenantKit.Reconciliation.Planning;
using TenantKit.Tenants;

namespace TenantKit.Simulation.Mutants;

/// <summary>An idle tenant is put to sleep though somebody came back.</summary>
internal sealed class IdleCutsOff : PlanMutant
{
    public override string Name => "idle-cuts-off";

    public override string Breaks => "an idle tenant is put to sleep though somebody came back";

    protected override TenantView Change(TenantView view) =>
        view.State.Tenant.Origin == IntentOrigin.Background ? view with { IsDrained = static _ => true, LastAccessAt = null } : view;
}
