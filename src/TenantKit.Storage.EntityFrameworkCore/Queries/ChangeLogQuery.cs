using Microsoft.EntityFrameworkCore;
using TenantKit.Storage.EntityFrameworkCore.Model;

namespace TenantKit.Storage.EntityFrameworkCore.Queries;

/// <summary>Changes by revision.</summary>
internal static class ChangeLogQuery
{
    public static async Task<IReadOnlyList<ChangeLogEntry>> ReadAsync(
        TenantKitDbContext context, long afterRevision, int limit, CancellationToken cancellationToken)
    {
        var entries = await context.Set<ChangeLogEntry>().Where(entry => entry.Revision > afterRevision)
            .OrderBy(entry => entry.Revision).ThenBy(entry => entry.TenantId).Take(limit + 1).ToListAsync(cancellationToken).ConfigureAwait(false);

        // Asked after the entries were read: had some been trimmed before that, it shows here.
        var trimmed = await context.Set<StoreRevision>().Where(static revision => revision.Id == StoreRevision.OnlyId).Select(revision => revision.Trimmed).SingleAsync(cancellationToken).ConfigureAwait(false);
        if (afterRevision < trimmed)
        {
            throw new RevisionExpiredException(afterRevision);
        }

        if (entries.Count <= limit)
        {
            return entries;
        }

        // The row too many is of a revision that may not be cut in two: leave that revision to the next read, or give it whole.
        var cut = entries[limit].Revision;
        if (entries[0].Revision != cut)
        {
            entries.RemoveAll(entry => entry.Revision == cut);
            return entries;
        }

        return await context.Set<ChangeLogEntry>().Where(entry => entry.Revision == cut)
            .OrderBy(entry => entry.TenantId).ToListAsync(cancellationToken).ConfigureAwait(false);
    }
}
