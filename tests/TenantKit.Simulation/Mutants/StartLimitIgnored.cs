using TenantKit.Reconciliation.Planning;

namespace TenantKit.Simulation.Mutants;

/// <summary>Every tenant that wants to start may.</summary>
internal sealed class StartLimitIgnored : PlanMutant
{
    public override string Name => "start-limit-ignored";

    public override string Breaks => "every tenant that wants to start may";

    protected override TenantView Change(TenantView view) => view with { TryEnterStart = static () => true };
}
