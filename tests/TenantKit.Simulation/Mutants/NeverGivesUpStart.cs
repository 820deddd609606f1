using TenantKit.Reconciliation.Planning;

namespace TenantKit.Simulation.Mutants;

/// <summary>A start that takes too long is waited for for ever.</summary>
internal sealed class NeverGivesUpStart : PlanMutant
{
    public override string Name => "never-gives-up-start";

    public override string Breaks => "a start that takes too long is waited for for ever";

    protected override Plan Change(Plan plan, TenantView view) =>
        plan is { Effect: EffectKind.Sleep, Outcome: PlanOutcome.Failed } ? plan with { Effect = EffectKind.None, Status = view.State.Status, Outcome = PlanOutcome.Open, Requeue = TimeSpan.FromSeconds(1) } : plan;
}
