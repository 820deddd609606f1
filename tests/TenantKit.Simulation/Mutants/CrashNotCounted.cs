using TenantKit.Reconciliation.Planning;

namespace TenantKit.Simulation.Mutants;

/// <summary>An app that crashes is restarted without counting it.</summary>
internal sealed class CrashNotCounted : PlanMutant
{
    public override string Name => "crash-not-counted";

    public override string Breaks => "an app that crashes is restarted without counting it";

    protected override TenantView Change(TenantView view) => view with { State = view.State with { Instances = [] } };
}
