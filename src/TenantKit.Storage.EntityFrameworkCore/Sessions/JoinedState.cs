using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.EntityFrameworkCore.Storage;
using TenantKit.Operations;
using TenantKit.Tenants;

namespace TenantKit.Storage.EntityFrameworkCore.Sessions;

/// <summary>Tenants with all that belongs to them in one statement, whose rows are of one moment without a transaction around it.</summary>
/// <remarks>Each instance stands beside each ledger entry and each open operation: there are few of each.</remarks>
internal sealed class JoinedState
{
    private readonly Func<DbDataReader, Tenant> tenant;
    private readonly Part<TenantStatus> status;
    private readonly Part<Instance> instances;
    private readonly Part<LedgerEntry> ledger;
    private readonly Part<Operation> operations;
    private readonly string select;
    private readonly int idAt;
    private readonly ConcurrentDictionary<int, string> texts = new();

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
        idAt = of(typeof(Tenant)).Columns.ToList().FindIndex(static column => column.Property.Name == nameof(Tenant.Id));
        status = Next<TenantStatus>(nameof(TenantStatus.TenantId));
        instances = Next<Instance>(nameof(Instance.Id));
        ledger = Next<LedgerEntry>(nameof(LedgerEntry.Kind));
        operations = Next<Operation>(nameof(Operation.Id));
        select = $"SELECT {Columns("t", typeof(Tenant))}, {Columns("s", typeof(TenantStatus))}, {Columns("i", typeof(Instance))}, {Columns("l", typeof(LedgerEntry))}, {Columns("o", typeof(Operation))}"
            + $" FROM {of(typeof(Tenant)).Name} t {Join("s", typeof(TenantStatus))} {Join("i", typeof(Instance))} {Join("l", typeof(LedgerEntry))}"
            + $" {Join("o", typeof(Operation))} AND {Column("o", nameof(Operation.EndedAt))} IS NULL WHERE {Column("t", nameof(Tenant.Id))} IN ";
    }

    /// <summary>The statement for so many tenants, whose ids are <c>@t0</c>, <c>@t1</c>…</summary>
    public string Select(int count) => texts.GetOrAdd(count, static (count, select) => $"{select}({string.Join(", ", Enumerable.Range(0, count).Select(static number => $"@t{number}"))})", select);

    /// <summary>Reads all rows; tenants that are not there have none.</summary>
    public async Task<Dictionary<string, TenantState>> ReadAsync(DbDataReader reader, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, Found>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var id = reader.GetString(idAt);
            if (!found.TryGetValue(id, out var one))
            {
                found[id] = one = new Found(tenant(reader), status.IsThere(reader) ? status.Read(reader) : null);
            }

            one.Instances.Add(reader, instances);
            one.Ledger.Add(reader, ledger);
            one.Operations.Add(reader, operations);
        }

        return found.ToDictionary(static each => each.Key, static each => each.Value.ToState(), StringComparer.Ordinal);
    }

    /// <summary>What was read of one tenant so far.</summary>
    private sealed class Found(Tenant tenant, TenantStatus? status)
    {
        public Rows<Instance> Instances { get; } = new();

        public Rows<LedgerEntry> Ledger { get; } = new();

        public Rows<Operation> Operations { get; } = new();

        public TenantState ToState()
        {
            Instances.All.Sort(static (left, right) => left.CreatedAt.CompareTo(right.CreatedAt) is var order and not 0 ? order : string.CompareOrdinal(left.Id, right.Id));
            Ledger.All.Sort(static (left, right) => left.Kind.CompareTo(right.Kind));
            Operations.All.Sort(static (left, right) => string.CompareOrdinal(left.Id, right.Id));
            return new TenantState(tenant, status ?? Queries.StateQuery.Unobserved(tenant), Instances.All, Ledger.All, Operations.All);
        }
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

        public List<T> All { get; } = [];

        public void Add(DbDataReader reader, Part<T> part)
        {
            if (part.IsThere(reader) && keys.Add(reader.GetValue(part.Key)))
            {
                All.Add(part.Read(reader));
            }
        }
    }
}
