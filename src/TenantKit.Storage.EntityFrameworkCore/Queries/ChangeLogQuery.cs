using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using TenantKit.Storage.EntityFrameworkCore.Sessions;

namespace TenantKit.Storage.EntityFrameworkCore.Queries;

/// <summary>Changes by revision.</summary>
internal static class ChangeLogQuery
{
    public static async Task<IReadOnlyList<ChangeLogEntry>> ReadAsync(
        StoreSession session, StoreTables tables, long afterRevision, int limit, CancellationToken cancellationToken)
    {
        var (entries, trimmed) = await ReadAsync(session.Page(tables.ReadChanges, afterRevision, limit + 1), cancellationToken).ConfigureAwait(false);
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

        return await session.Context.Set<ChangeLogEntry>().Where(entry => entry.Revision == cut)
            .OrderBy(entry => entry.TenantId).ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Up to where the log was trimmed is asked after the entries: had some gone before they were read, it shows.</summary>
    private static async Task<(List<ChangeLogEntry> Entries, long Trimmed)> ReadAsync(DbCommand command, CancellationToken cancellationToken)
    {
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            List<ChangeLogEntry> entries = [];
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                entries.Add(new ChangeLogEntry(reader.GetInt64(0), reader.GetString(1)));
            }

            await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
            await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            return (entries, reader.GetInt64(0));
        }
    }
}
