using Microsoft.EntityFrameworkCore;
using TenantKit.Operations;
using TenantKit.Storage.EntityFrameworkCore.Sessions;
using TenantKit.Tenants;

namespace TenantKit.Storage.EntityFrameworkCore.Queries;

/// <summary>A page of tenants with all that is known of them.</summary>
internal static class TenantListQuery
{
    public static async Task<Page<TenantState>> ReadAsync(
        StoreProvider provider, StoreSession session, TenantFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        var context = session.Context;
        var transaction = await provider.BeginReadAsync(session.Connection, cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            await context.Database.UseTransactionAsync(transaction, cancellationToken).ConfigureAwait(false);
            try
            {
                var rows = await Filter(context, filter, page).Take(page.Limit + 1).ToListAsync(cancellationToken).ConfigureAwait(false);
                var cut = ListPage.Cut(rows, page, static row => row.Tenant.Id);
                return new Page<TenantState>(await CompleteAsync(context, cut.Items, cancellationToken).ConfigureAwait(false), cut.Next);
            }
            finally
            {
                await context.Database.UseTransactionAsync(null, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private static IQueryable<TenantRow> Filter(TenantKitDbContext context, TenantFilter filter, PageRequest page)
    {
        var rows =
            from tenant in context.Set<Tenant>()
            join status in context.Set<TenantStatus>() on tenant.Id equals status.TenantId into statuses
            from status in statuses.DefaultIfEmpty()
            orderby tenant.Id
            select new TenantRow { Tenant = tenant, Status = status };

        rows = page.After is { } after ? rows.Where(row => string.Compare(row.Tenant.Id, after) > 0) : rows;
        rows = filter.TenantId is { } id ? rows.Where(row => row.Tenant.Id == id) : rows;
        rows = filter.Name is { } name ? rows.Where(row => row.Tenant.Name == name) : rows;
        rows = filter.OwnerUserId is { } owner ? rows.Where(row => row.Tenant.OwnerUserId == owner) : rows;

        // A tenant that nobody looked at yet has no status: it is pending.
        return filter.Phase switch
        {
            null => rows.Where(row => row.Status == null || row.Status.Phase != TenantPhase.Deleted),
            TenantPhase.Pending => rows.Where(row => row.Status == null || row.Status.Phase == TenantPhase.Pending),
            { } phase => rows.Where(row => row.Status != null && row.Status.Phase == phase),
        };
    }

    private static async Task<List<TenantState>> CompleteAsync(
        TenantKitDbContext context, IReadOnlyList<TenantRow> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
        {
            return [];
        }

        var ids = rows.Select(static row => row.Tenant.Id).ToList();
        var instances = await context.Set<Instance>().Where(instance => ids.Contains(instance.TenantId))
            .OrderBy(instance => instance.CreatedAt).ThenBy(instance => instance.Id).ToListAsync(cancellationToken).ConfigureAwait(false);
        var ledger = await context.Set<LedgerEntry>().Where(entry => ids.Contains(entry.TenantId)).ToListAsync(cancellationToken).ConfigureAwait(false);
        var operations = await context.Set<Operation>().Where(operation => ids.Contains(operation.TenantId) && operation.EndedAt == null)
            .OrderBy(operation => operation.Id).ToListAsync(cancellationToken).ConfigureAwait(false);

        var instancesOf = instances.ToLookup(static instance => instance.TenantId, StringComparer.Ordinal);
        var ledgerOf = ledger.OrderBy(static entry => entry.Kind).ToLookup(static entry => entry.TenantId, StringComparer.Ordinal);
        var operationsOf = operations.ToLookup(static operation => operation.TenantId, StringComparer.Ordinal);
        return [.. rows.Select(row => new TenantState(
            row.Tenant,
            row.Status ?? StateQuery.Unobserved(row.Tenant),
            [.. instancesOf[row.Tenant.Id]],
            [.. ledgerOf[row.Tenant.Id]],
            [.. operationsOf[row.Tenant.Id]]))];
    }

    private sealed class TenantRow
    {
        public required Tenant Tenant { get; init; }

        public required TenantStatus? Status { get; init; }
    }
}
