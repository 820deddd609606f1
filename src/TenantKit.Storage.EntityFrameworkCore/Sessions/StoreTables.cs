using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using TenantKit.Operations;
using TenantKit.Storage.EntityFrameworkCore.Model;
using TenantKit.Tenants;
using TenantKit.Users;

namespace TenantKit.Storage.EntityFrameworkCore.Sessions;

/// <summary>All tables and the statements that are worth writing by hand. Immutable: made once per store.</summary>
internal sealed class StoreTables
{
    private readonly Dictionary<Type, RecordTable> tables;

    public StoreTables(TenantKitDbContext context, StoreProvider provider)
    {
        var sql = context.GetService<ISqlGenerationHelper>();
        tables = context.Model.GetEntityTypes().Where(static entity => entity.ClrType != typeof(StoreRevision))
            .ToDictionary(static entity => entity.ClrType, entity => new RecordTable(entity, sql));

        string Q(string name) => sql.DelimitIdentifier(name);
        var (revision, value, id) = (Q(context.Model.FindEntityType(typeof(StoreRevision))!.GetTableName()!), Q("Value"), Q("Id"));
        Revision = revision;
        ChangeLog = Q(context.Model.FindEntityType(typeof(ChangeLogEntry))!.GetTableName()!);
        ReadRevision = $"SELECT {value}, {Q("Trimmed")} FROM {revision} WHERE {id} = {StoreRevision.OnlyId}";
        LockRevision = $"UPDATE {revision} SET {value} = {value} WHERE {id} = {StoreRevision.OnlyId}";
        WriteRevision = $"UPDATE {revision} SET {value} = @value WHERE {id} = {StoreRevision.OnlyId}";
        Trim = $"DELETE FROM {ChangeLog} WHERE {Q("Revision")} <= @trimmed; UPDATE {revision} SET {Q("Trimmed")} = @trimmed WHERE {id} = {StoreRevision.OnlyId}";

        LeaseToken = $"SELECT {Q(nameof(Lease.Token))} FROM {Of(typeof(Lease)).Name} WHERE {Q(nameof(Lease.Name))} = @lease";

        ReadChanges = $"SELECT {Q("Revision")}, {Q("TenantId")} FROM {ChangeLog} WHERE {Q("Revision")} > @after ORDER BY {Q("Revision")}, {Q("TenantId")} LIMIT @limit; SELECT {Q("Trimmed")} FROM {revision} WHERE {id} = {StoreRevision.OnlyId}";
        NewestChange = $"SELECT MAX({Q("Revision")}) FROM {ChangeLog}";

        UsersAfter = $"{Of(typeof(User)).Select} WHERE {Q(nameof(User.DeletedAt))} IS NULL AND {id} > @after ORDER BY {id} LIMIT @limit";

        var byTenant = $"WHERE {Q("TenantId")} = @tenant";
        FindTenant = $"{Of(typeof(Tenant)).Select} WHERE {id} = @tenant";
        LoadState = string.Join(
            "; ",
            FindTenant,
            $"{Of(typeof(TenantStatus)).Select} {byTenant}",
            $"{Of(typeof(Instance)).Select} {byTenant} ORDER BY {Q("CreatedAt")}, {id}",
            $"{Of(typeof(LedgerEntry)).Select} {byTenant}",
            $"{Of(typeof(Operation)).Select} {byTenant} AND {Q("EndedAt")} IS NULL ORDER BY {id}");
        Joined = provider.JoinsStates ? new JoinedState(Of, sql) : null;

        ReadUser = RecordReader.Compile<User>(Of(typeof(User)).Columns);
        ReadTenant = RecordReader.Compile<Tenant>(Of(typeof(Tenant)).Columns);
        ReadStatus = RecordReader.Compile<TenantStatus>(Of(typeof(TenantStatus)).Columns);
        ReadInstance = RecordReader.Compile<Instance>(Of(typeof(Instance)).Columns);
        ReadLedgerEntry = RecordReader.Compile<LedgerEntry>(Of(typeof(LedgerEntry)).Columns);
        ReadOperation = RecordReader.Compile<Operation>(Of(typeof(Operation)).Columns);
    }

    /// <summary>The table of the single row that counts commits, quoted.</summary>
    public string Revision { get; }

    /// <summary>The change log's table, quoted.</summary>
    public string ChangeLog { get; }

    /// <summary>The newest revision in the change log; null while it is empty.</summary>
    public string NewestChange { get; }

    /// <summary>Two results: changes after <c>@after</c>, at most <c>@limit</c>, in order; and then up to where the log was trimmed.</summary>
    public string ReadChanges { get; }

    public string ReadRevision { get; }

    /// <summary>Holds off the writers of other processes until the transaction ends, and changes nothing.</summary>
    public string LockRevision { get; }

    public string WriteRevision { get; }

    public string Trim { get; }

    /// <summary>The fencing token of one lease; no row when there is no such lease.</summary>
    public string LeaseToken { get; }

    /// <summary>Living users behind the id <c>@after</c>, in the order of ids, at most <c>@limit</c>.</summary>
    public string UsersAfter { get; }

    public string FindTenant { get; }

    /// <summary>Five results: tenant, status, instances, ledger, open operations.</summary>
    public string LoadState { get; }

    /// <summary>The same in one statement; null where five in a transaction cost less.</summary>
    public JoinedState? Joined { get; }

    public Func<DbDataReader, User> ReadUser { get; }

    public Func<DbDataReader, Tenant> ReadTenant { get; }

    public Func<DbDataReader, TenantStatus> ReadStatus { get; }

    public Func<DbDataReader, Instance> ReadInstance { get; }

    public Func<DbDataReader, LedgerEntry> ReadLedgerEntry { get; }

    public Func<DbDataReader, Operation> ReadOperation { get; }

    /// <summary>The table of a type of records.</summary>
    /// <exception cref="ArgumentException">The type has no table.</exception>
    public RecordTable Of(Type type) => tables.GetValueOrDefault(type)
        ?? throw new ArgumentException($"A {type.Name} cannot be stored. See ChangeSet for what can.");
}
