using TenantKit.Reconciliation.Planning;

namespace TenantKit.Simulation.Mutants;

/// <summary>Nothing waits for a drain.</summary>
internal sealed class DrainIgnored : PlanMutant
{
    public override string Name => "drain-ignored";

    public override string Breaks => "nothing waits for a drain";

    protected override TenantView Change(TenantView view) => view with { IsDrained = static _ => true };
}
