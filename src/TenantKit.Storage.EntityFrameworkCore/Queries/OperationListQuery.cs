using Microsoft.EntityFrameworkCore;
using TenantKit.Operations;

namespace TenantKit.Storage.EntityFrameworkCore.Queries;

/// <summary>A page of a tenant's operations, newest first: their ids are in order of time.</summary>
internal static class OperationListQuery
{
    public static async Task<Page<Operation>> ReadAsync(
        TenantKitDbContext context, string tenantId, PageRequest page, CancellationToken cancellationToken)
    {
        var operations = context.Set<Operation>().Where(operation => operation.TenantId == tenantId);
        operations = page.After is { } after ? operations.Where(operation => string.Compare(operation.Id, after) < 0) : operations;
        var rows = await operations.OrderByDescending(operation => operation.Id).Take(page.Limit + 1).ToListAsync(cancellationToken).ConfigureAwait(false);
        return ListPage.Cut(rows, page, static operation => operation.Id);
    }
}
