using TenantKit.Simulation.Parts;
using TenantKit.Storage;
using TenantKit.Tenants;

namespace TenantKit.Simulation.Mutants;

/// <summary>Instances that are to drain are recorded as ready.</summary>
internal sealed class DrainNotRecorded : Mutant
{
    public override string Name => "drain-not-recorded";

    public override string Breaks => "instances that are to drain are recorded as ready";

    public override ChangeSet? Rewrite(ChangeSet changes, Actor actor) => ChangeSets.Copy(
        changes, static write => write is { IsDelete: false, Record: Instance { State: InstanceState.Draining } instance } ? instance with { State = InstanceState.Ready } : write.Record);
}
