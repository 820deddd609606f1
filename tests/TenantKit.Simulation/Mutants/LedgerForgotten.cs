using TenantKit.Simulation.Parts;
using TenantKit.Storage;
using TenantKit.Tenants;

namespace TenantKit.Simulation.Mutants;

/// <summary>An entry of the ledger is removed when the stop is recorded, before it happened.</summary>
internal sealed class LedgerForgotten : Mutant
{
    public override string Name => "ledger-forgotten";

    public override string Breaks => "an entry of the ledger is removed when the stop is recorded, before it happened";

    public override ChangeSet? Rewrite(ChangeSet changes, Actor actor)
    {
        if (cluster is null || changes.Writes.Select(static write => write.Record).OfType<TenantStatus>().FirstOrDefault() is not { Phase: TenantPhase.Stopping } status)
        {
            return changes;
        }

        var entry = cluster.Store.Find(status.TenantId)?.Ledger.FirstOrDefault(static each => each.Kind == LedgerKind.Compute);
        return entry is null ? changes : ChangeSets.Copy(changes).Delete(entry);
    }

    private Cluster? cluster;

    public override void Join(Cluster joined) => cluster = joined;
}
