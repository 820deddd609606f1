using System.Globalization;
using Microsoft.EntityFrameworkCore;
using TenantKit.Audit;
using TenantKit.Storage.EntityFrameworkCore.Model;

namespace TenantKit.Storage.EntityFrameworkCore.Queries;

/// <summary>A page of the audit log, newest first.</summary>
internal static class AuditListQuery
{
    public static async Task<Page<AuditEntry>> ReadAsync(
        TenantKitDbContext context, AuditFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        var before = AuditPosition.Parse(page.After);
        var entries = context.Set<AuditEntry>().AsQueryable();
        entries = page.After is null ? entries : entries.Where(entry => EF.Property<long>(entry, AuditEntryConfiguration.Sequence) < before);
        entries = filter.Actor is { } actor ? entries.Where(entry => entry.Actor == actor) : entries;
        entries = filter.Action is { } action ? entries.Where(entry => entry.Action == action) : entries;
        entries = filter.Target is { } target ? entries.Where(entry => entry.Target == target) : entries;
        entries = filter.Outcome is { } outcome ? entries.Where(entry => entry.Outcome == outcome) : entries;
        entries = filter.From is { } from ? entries.Where(entry => entry.At >= from) : entries;
        entries = filter.To is { } to ? entries.Where(entry => entry.At < to) : entries;

        var rows = await entries.OrderByDescending(entry => EF.Property<long>(entry, AuditEntryConfiguration.Sequence)).Take(page.Limit + 1)
            .Select(entry => new { Entry = entry, Sequence = EF.Property<long>(entry, AuditEntryConfiguration.Sequence) })
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        var cut = ListPage.Cut(rows, page, static row => row.Sequence.ToString(CultureInfo.InvariantCulture));
        return new Page<AuditEntry>([.. cut.Items.Select(static row => row.Entry)], cut.Next);
    }
}
