using TenantKit.Diagnostics;
using TenantKit.Storage;

namespace TenantKit.Routing.Feed;

/// <summary>
/// Names the stretch of the store's life that revisions are counted in. A store that was put back from a backup counts on from an older revision,
/// and gives numbers a second time: so every start of a replica begins a new epoch, and a gateway that comes with another one takes nothing
/// that it knows for newer. A store is only put back while no replica runs.
/// </summary>
/// <remarks>
/// Kept in the store as a lease row of its own, so that all replicas tell the same one: the holder is the epoch, the token counts them. Replicas
/// read it with each renewal of their leases; one that began a new epoch is followed by the others within that time. Thread-safe.
/// </remarks>
internal sealed class FeedEpoch(IIdSource ids, TimeProvider time)
{
    public const string LeaseName = "route-feed";
    private volatile string? current;
    private bool begun;

    /// <summary>The epoch; null until this replica began one.</summary>
    public string? Current => current;

    /// <summary>Reads the epoch, or, at the first call, adds the beginning of a new one to a commit.</summary>
    /// <returns>For <see cref="Confirm"/>, after the commit.</returns>
    public string? Join(IReadOnlyDictionary<string, Lease> rows, ChangeSet changes)
    {
        var row = rows.GetValueOrDefault(LeaseName);
        if (begun)
        {
            return row?.Holder;
        }

        var next = (row ?? new Lease { Name = LeaseName, RenewedAt = default }) with { Holder = ids.NewId(), Token = (row?.Token ?? 0) + 1, RenewedAt = time.GetUtcNow() };
        changes.Put(next);
        return next.Holder;
    }

    /// <summary>Takes over what <see cref="Join"/> gave.</summary>
    public void Confirm(string? epoch)
    {
        begun = true;
        current = epoch ?? current;
    }
}
