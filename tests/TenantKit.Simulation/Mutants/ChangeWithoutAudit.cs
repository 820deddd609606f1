using TenantKit.Simulation.Parts;
using TenantKit.Storage;

namespace TenantKit.Simulation.Mutants;

/// <summary>Every seventh change of a tenant has no audit row.</summary>
internal sealed class ChangeWithoutAudit : Mutant
{
    public override string Name => "change-without-audit";

    public override string Breaks => "every seventh change of a tenant has no audit row";

    private int count;

    public override ChangeSet? Rewrite(ChangeSet changes, Actor actor) =>
        changes.Audit.Count > 0 && ++count % 7 == 0 ? ChangeSets.Copy(changes, audit: static _ => false) : changes;
}
