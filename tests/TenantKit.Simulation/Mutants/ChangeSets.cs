using TenantKit.Audit;
using TenantKit.Storage;

namespace TenantKit.Simulation.Mutants;

/// <summary>Copies a change set with something left out or changed.</summary>
internal static class ChangeSets
{
    public static ChangeSet Copy(
        ChangeSet changes, Func<StoreWrite, IStoreRecord?>? write = null, Func<AuditEntry, bool>? audit = null, bool fences = true)
    {
        var copy = new ChangeSet();
        foreach (var each in changes.Writes)
        {
            if ((write is null ? each.Record : write(each)) is { } record)
            {
                _ = each.IsDelete ? copy.Delete(record) : copy.Put(record);
            }
        }

        foreach (var entry in changes.Audit.Where(entry => audit?.Invoke(entry) != false))
        {
            copy.Record(entry);
        }

        foreach (var fence in fences ? changes.Fences : [])
        {
            copy.Require(fence);
        }

        return copy;
    }
}
