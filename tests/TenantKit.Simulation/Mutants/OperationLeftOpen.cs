using TenantKit.Operations;
using TenantKit.Simulation.Parts;
using TenantKit.Storage;

namespace TenantKit.Simulation.Mutants;

/// <summary>The end of an operation is not written.</summary>
internal sealed class OperationLeftOpen : Mutant
{
    public override string Name => "operation-left-open";

    public override string Breaks => "the end of an operation is not written";

    public override ChangeSet? Rewrite(ChangeSet changes, Actor actor) =>
        ChangeSets.Copy(changes, static write => write.Record is Operation { EndedAt: not null, Revision: > 0 } ? null : write.Record);
}
