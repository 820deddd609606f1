using TenantKit.Reconciliation.Planning;

namespace TenantKit.Simulation.Mutants;

/// <summary>A failure is repeated at once, for ever.</summary>
internal sealed class NoBackOff : PlanMutant
{
    public override string Name => "no-back-off";

    public override string Breaks => "a failure is repeated at once, for ever";

    protected override Plan Change(Plan plan, TenantView view) => plan with { Status = plan.Status with { RetryAt = null, ConsecutiveFailures = 0 } };
}
