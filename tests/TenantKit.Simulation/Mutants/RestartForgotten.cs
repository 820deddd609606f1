using TenantKit.Orchestration;

namespace TenantKit.Simulation.Mutants;

/// <summary>A restart does not reach the runtime.</summary>
internal sealed class RestartForgotten : Mutant
{
    public override string Name => "restart-forgotten";

    public override string Breaks => "a restart does not reach the runtime";

    public override UnitSpec Rewrite(UnitSpec spec) => spec with { RestartEpoch = 0 };
}
