using TenantKit.Diagnostics;
using TenantKit.Storage;

namespace TenantKit.Routing.Feed;

/// <summary>
/// Names the stretch of the store's life that revisions are counted in. A store that was put back from a backup counts on from an older
/// revision and gives numbers a second time; a gateway that knows the lost ones must then take what is older for the truth. At any other time
/// it must not: what is older comes from a replica that lags behind. So a new epoch needs a proof: a gateway reports a revision of this epoch
/// that is beyond what the store has just committed.
/// </summary>
/// <remarks>
/// Kept in the store as a lease row of its own, so that all replicas tell the same one: the holder is the epoch, the token counts them. Replicas
/// read it with each renewal of their leases; one that began a new epoch is followed by the others within that time. Thread-safe.
/// </remarks>
internal sealed class FeedEpoch(IIdSource ids, TimeProvider time)
{
    public const string LeaseName = "route-feed";
    private volatile string? current;
    private bool isOver;

    /// <summary>The epoch; null until the store was first asked.</summary>
    public string? Current => current;

    /// <summary>Reads the epoch; where there is none, or it is over, adds the beginning of a new one to a commit.</summary>
    /// <returns>For <see cref="Confirm"/>, after the commit.</returns>
    public string Join(IReadOnlyDictionary<string, Lease> rows, ChangeSet changes)
    {
        var row = rows.GetValueOrDefault(LeaseName);
        if (row is { Holder: { } known } && !(isOver && known == current))
        {
            return known;
        }

        var next = (row ?? new Lease { Name = LeaseName, RenewedAt = default }) with { Holder = ids.NewId(), Token = (row?.Token ?? 0) + 1, RenewedAt = time.GetUtcNow() };
        changes.Put(next);
        return next.Holder;
    }

    /// <summary>Takes over what <see cref="Join"/> gave.</summary>
    public void Confirm(string epoch)
    {
        isOver &= epoch == current;
        current = epoch;
    }

    /// <summary>Compares what a gateway had applied before a commit with the revision that the commit got.</summary>
    /// <returns>True when that proves that the store was put back: the next <see cref="Join"/> begins a new epoch.</returns>
    public bool IsProvenOver(long applied, long committed)
    {
        isOver |= applied > committed;
        return applied > committed;
    }
}
