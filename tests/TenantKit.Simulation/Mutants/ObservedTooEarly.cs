using TenantKit.Simulation.Parts;
using TenantKit.Storage;
using TenantKit.Tenants;

namespace TenantKit.Simulation.Mutants;

/// <summary>A generation counts as reached as soon as the runtime accepted it.</summary>
internal sealed class ObservedTooEarly : Mutant
{
    public override string Name => "observed-too-early";

    public override string Breaks => "a generation counts as reached as soon as the runtime accepted it";

    public override ChangeSet? Rewrite(ChangeSet changes, Actor actor) => ChangeSets.Copy(
        changes, static write => write.Record is TenantStatus status && status.ObservedGeneration < status.AppliedGeneration ? status with { ObservedGeneration = status.AppliedGeneration + 1 } : write.Record);
}
