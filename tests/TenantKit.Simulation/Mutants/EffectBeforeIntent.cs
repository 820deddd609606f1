using TenantKit.Simulation.Parts;
using TenantKit.Storage;
using TenantKit.Tenants;

namespace TenantKit.Simulation.Mutants;

/// <summary>The ledger is written after the effect instead of before it.</summary>
internal sealed class EffectBeforeIntent : Mutant
{
    public override string Name => "effect-before-intent";

    public override string Breaks => "the ledger is written after the effect instead of before it";

    private readonly Dictionary<string, List<LedgerEntry>> late = [];

    public override ChangeSet? Rewrite(ChangeSet changes, Actor actor)
    {
        var copy = ChangeSets.Copy(changes, write => write is { IsDelete: false, Record: LedgerEntry } ? null : write.Record);
        foreach (var status in changes.Writes.Select(static write => write.Record).OfType<TenantStatus>())
        {
            if (late.Remove(status.TenantId, out var entries))
            {
                entries.ForEach(entry => copy.Put(entry));
            }
        }

        foreach (var entry in changes.Writes.Where(static write => !write.IsDelete).Select(static write => write.Record).OfType<LedgerEntry>())
        {
            late.TryAdd(entry.TenantId, []);
            late[entry.TenantId].Add(entry);
        }

        return copy;
    }
}
