using System.Data.Common;
using Microsoft.EntityFrameworkCore.Storage;
using TenantKit.Operations;
using TenantKit.Tenants;

namespace TenantKit.Storage.EntityFrameworkCore.Sessions;

/// <summary>A tenant with all that belongs to it in one statement, whose rows are of one moment without a transaction around it.</summary>
/// <remarks>Each instance stands beside each ledger entry and each open operation: there are few of each.</remarks>
internal sealed class JoinedState
{
    private readonly Func<DbDataReader, Tenant> tenant;
    private readonly Part<TenantStatus> status;
    private readonly Part<Instance> instances;
    private readonly Part<LedgerEntry> ledger;
    private readonly Part<Operation> operations;

    public JoinedState(Func<Type, RecordTable> of, ISqlGenerationHelper sql)
    {
        string Column(string alias, string name) => $"{alias}.{sql.DelimitIdentifier(name)}";
        string Columns(string alias, Type type) => string.Join(", ", of(type).Columns.Select(column => Column(alias, column.Name)));
        string Join(string alias, Type type) => $"LEFT JOIN {of(type).Name} {alias} ON {Column(alias, "TenantId")} = {Column("t", nameof(Tenant.Id))}";

        var position = of(typeof(Tenant)).Columns.Count;
        Part<T> Next<T>(string key)
        {
            var table = of(typeof(T));
            var part = new Part<T>(RecordReader.Compile<T>(table.Columns, position), position + table.Columns.ToList().FindIndex(column => column.Property.Name == key));
            position += table.Columns.Count;
            return part;
        }

        tenant = RecordReader.Compile<Tenant>(of(typeof(Tenant)).Columns);
        status = Next<TenantStatus>(nameof(TenantStatus.TenantId));
        instances = Next<Instance>(nameof(Instance.Id));
        ledger = Next<LedgerEntry>(nameof(LedgerEntry.Kind));
        operations = Next<Operation>(nameof(Operation.Id));
        Select = $"SELECT {Columns("t", typeof(Tenant))}, {Columns("s", typeof(TenantStatus))}, {Columns("i", typeof(Instance))}, {Columns("l", typeof(LedgerEntry))}, {Columns("o", typeof(Operation))}"
            + $" FROM {of(typeof(Tenant)).Name} t {Join("s", typeof(TenantStatus))} {Join("i", typeof(Instance))} {Join("l", typeof(LedgerEntry))}"
            + $" {Join("o", typeof(Operation))} AND {Column("o", nameof(Operation.EndedAt))} IS NULL WHERE {Column("t", nameof(Tenant.Id))} = @tenant";
    }

    public string Select { get; }

    /// <summary>Reads all rows; null when there is none.</summary>
    public async Task<TenantState?> ReadAsync(DbDataReader reader, CancellationToken cancellationToken)
    {
        (Tenant Tenant, TenantStatus? Status)? first = null;
        var (rows, entries, open) = (new Rows<Instance>(), new Rows<LedgerEntry>(), new Rows<Operation>());
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            first ??= (tenant(reader), status.IsThere(reader) ? status.Read(reader) : null);
            rows.Add(reader, instances);
            entries.Add(reader, ledger);
            open.Add(reader, operations);
        }

        if (first is not { } found)
        {
            return null;
        }

        rows.Found.Sort(static (left, right) => left.CreatedAt.CompareTo(right.CreatedAt) is var order and not 0 ? order : string.CompareOrdinal(left.Id, right.Id));
        entries.Found.Sort(static (left, right) => left.Kind.CompareTo(right.Kind));
        open.Found.Sort(static (left, right) => string.CompareOrdinal(left.Id, right.Id));
        return new TenantState(found.Tenant, found.Status ?? Queries.StateQuery.Unobserved(found.Tenant), rows.Found, entries.Found, open.Found);
    }

    /// <summary>The columns of one table among the others.</summary>
    private sealed record Part<T>(Func<DbDataReader, T> Read, int Key)
    {
        public bool IsThere(DbDataReader reader) => !reader.IsDBNull(Key);
    }

    /// <summary>Rows of one table, each once.</summary>
    private sealed class Rows<T>
    {
        private readonly HashSet<object> keys = [];

        public List<T> Found { get; } = [];

        public void Add(DbDataReader reader, Part<T> part)
        {
            if (part.IsThere(reader) && keys.Add(reader.GetValue(part.Key)))
            {
                Found.Add(part.Read(reader));
            }
        }
    }
}
