using TenantKit.Reconciliation.Planning;

namespace TenantKit.Simulation.Mutants;

/// <summary>A suspended tenant goes on running.</summary>
internal sealed class SuspendedStaysUp : PlanMutant
{
    public override string Name => "suspended-stays-up";

    public override string Breaks => "a suspended tenant goes on running";

    protected override TenantView Change(TenantView view) => view with { State = view.State with { Tenant = view.State.Tenant with { Suspended = false } } };
}
