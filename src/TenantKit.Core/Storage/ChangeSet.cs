using TenantKit.Audit;

namespace TenantKit.Storage;

/// <summary>What one transaction writes: all of it, or nothing.</summary>
/// <remarks>
/// Records that may be written: <see cref="Tenants.Tenant"/>, <see cref="Tenants.TenantStatus"/>, <see cref="Tenants.Instance"/>,
/// <see cref="Tenants.LedgerEntry"/>, <see cref="Users.User"/>, <see cref="Users.RefreshToken"/>, <see cref="Users.Revocation"/>,
/// <see cref="Templates.Template"/>, <see cref="Operations.Operation"/>, <see cref="IdempotencyRecord"/>, <see cref="Lease"/>. Not thread-safe while it is being filled.
/// </remarks>
public sealed class ChangeSet
{
    private readonly List<StoreWrite> writes = [];
    private readonly List<AuditEntry> audit = [];
    private readonly List<Fence> fences = [];

    /// <summary>The records to write or delete, in order.</summary>
    public IReadOnlyList<StoreWrite> Writes => writes;

    /// <summary>The audit rows that commit with them.</summary>
    public IReadOnlyList<AuditEntry> Audit => audit;

    /// <summary>The leases that must still be held for it to commit.</summary>
    public IReadOnlyList<Fence> Fences => fences;

    /// <summary>True when there is nothing to commit.</summary>
    public bool IsEmpty => writes.Count == 0 && audit.Count == 0;

    /// <summary>Inserts the record when its revision is 0 (it must not exist), else replaces the row of exactly that revision.</summary>
    /// <param name="record">The record.</param>
    /// <returns>This change set.</returns>
    public ChangeSet Put(IStoreRecord record)
    {
        writes.Add(new StoreWrite(record, IsDelete: false));
        return this;
    }

    /// <summary>Deletes the row of exactly the record's revision.</summary>
    /// <param name="record">The record as it was read.</param>
    /// <returns>This change set.</returns>
    public ChangeSet Delete(IStoreRecord record)
    {
        writes.Add(new StoreWrite(record, IsDelete: true));
        return this;
    }

    /// <summary>Adds an audit row.</summary>
    /// <param name="entry">The row.</param>
    /// <returns>This change set.</returns>
    public ChangeSet Record(AuditEntry entry)
    {
        audit.Add(entry);
        return this;
    }

    /// <summary>Makes the commit depend on a lease: it fails with <see cref="LeaseLostException"/> unless the lease has exactly this token then.</summary>
    /// <param name="fence">The lease and the token.</param>
    /// <returns>This change set.</returns>
    public ChangeSet Require(Fence fence)
    {
        fences.Add(fence);
        return this;
    }

    /// <summary>Adds everything of another change set.</summary>
    /// <param name="other">The other change set.</param>
    /// <returns>This change set.</returns>
    public ChangeSet Include(ChangeSet other)
    {
        writes.AddRange(other.writes);
        audit.AddRange(other.audit);
        fences.AddRange(other.fences);
        return this;
    }
}
