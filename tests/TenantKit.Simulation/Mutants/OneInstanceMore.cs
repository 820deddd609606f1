using TenantKit.Orchestration;

namespace TenantKit.Simulation.Mutants;

/// <summary>One instance more than wanted is asked for.</summary>
internal sealed class OneInstanceMore : Mutant
{
    public override string Name => "one-instance-more";

    public override string Breaks => "one instance more than wanted is asked for";

    public override UnitSpec Rewrite(UnitSpec spec) => spec with { Replicas = spec.Replicas + 1 };
}
