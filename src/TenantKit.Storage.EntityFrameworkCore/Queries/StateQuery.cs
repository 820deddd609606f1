using System.Data.Common;
using TenantKit.Storage.EntityFrameworkCore.Sessions;
using TenantKit.Tenants;

namespace TenantKit.Storage.EntityFrameworkCore.Queries;

/// <summary>The reads of the control loop: one round trip, prepared statements, no query pipeline.</summary>
internal static class StateQuery
{
    public static async Task<Tenant?> FindTenantAsync(StoreSession session, StoreTables tables, string tenantId, CancellationToken cancellationToken)
    {
        var command = session.Command(tables.FindTenant, null, "@tenant", tenantId);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            return await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? tables.ReadTenant(reader) : null;
        }
    }

    public static async Task<TenantState?> LoadAsync(
        StoreProvider provider, StoreSession session, StoreTables tables, string tenantId, CancellationToken cancellationToken)
    {
        // One transaction, so that all five results are of the same moment.
        var transaction = await provider.BeginReadAsync(session.Connection, cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            return await ReadAsync(session.Command(tables.LoadState, transaction, "@tenant", tenantId), tables, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What stands for the status of a tenant that nobody looked at yet.</summary>
    public static TenantStatus Unobserved(Tenant tenant) => new() { TenantId = tenant.Id, ChangedAt = tenant.CreatedAt };

    private static async Task<TenantState?> ReadAsync(DbCommand command, StoreTables tables, CancellationToken cancellationToken)
    {
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            if (await NextAsync(reader, tables.ReadTenant, cancellationToken, isFirst: true).ConfigureAwait(false) is not [var tenant])
            {
                return null;
            }

            var status = await NextAsync(reader, tables.ReadStatus, cancellationToken).ConfigureAwait(false);
            var instances = await NextAsync(reader, tables.ReadInstance, cancellationToken).ConfigureAwait(false);
            var ledger = await NextAsync(reader, tables.ReadLedgerEntry, cancellationToken).ConfigureAwait(false);
            var operations = await NextAsync(reader, tables.ReadOperation, cancellationToken).ConfigureAwait(false);
            ledger.Sort(static (left, right) => left.Kind.CompareTo(right.Kind));
            return new TenantState(tenant, status is [var known] ? known : Unobserved(tenant), instances, ledger, operations);
        }
    }

    private static async Task<List<T>> NextAsync<T>(
        DbDataReader reader, Func<DbDataReader, T> read, CancellationToken cancellationToken, bool isFirst = false)
    {
        if (!isFirst)
        {
            await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        }

        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            rows.Add(read(reader));
        }

        return rows;
    }
}
