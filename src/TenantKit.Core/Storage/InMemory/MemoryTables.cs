using TenantKit.Operations;
using TenantKit.Templates;
using TenantKit.Tenants;
using TenantKit.Users;

namespace TenantKit.Storage.InMemory;

/// <summary>All tables of the in-memory store. Guarded by the store's lock.</summary>
internal sealed class MemoryTables
{
    private readonly Dictionary<Type, IMemoryTable> byType;

    public MemoryTables()
    {
        Users = new(static (user, revision) => user with { Revision = revision }, LivingUserNames, static user => user.UserName, UsersByTenant);
        RefreshTokens = new(static (token, revision) => token with { Revision = revision });
        Revocations = new(static (revocation, revision) => revocation with { Revision = revision });
        Tenants = new(static (tenant, revision) => tenant with { Revision = revision }, LivingTenantNames, static tenant => tenant.Name);
        Statuses = new(static (status, revision) => status with { Revision = revision });
        Instances = new(static (instance, revision) => instance with { Revision = revision }, indexes: InstancesByTenant);
        Ledger = new(static (entry, revision) => entry with { Revision = revision }, indexes: LedgerByTenant);
        Templates = new(static (template, revision) => template with { Revision = revision }, indexes: TemplatesByName);
        Operations = new(
            static (operation, revision) => operation with { Revision = revision }, indexes: [OperationsByTenant, OpenOperationsByTenant]);
        IdempotencyRecords = new(static (record, revision) => record with { Revision = revision });
        Leases = new(static (lease, revision) => lease with { Revision = revision });
        byType = new Dictionary<Type, IMemoryTable>
        {
            [typeof(User)] = Users,
            [typeof(RefreshToken)] = RefreshTokens,
            [typeof(Revocation)] = Revocations,
            [typeof(Tenant)] = Tenants,
            [typeof(TenantStatus)] = Statuses,
            [typeof(Instance)] = Instances,
            [typeof(LedgerEntry)] = Ledger,
            [typeof(Template)] = Templates,
            [typeof(Operation)] = Operations,
            [typeof(IdempotencyRecord)] = IdempotencyRecords,
            [typeof(Lease)] = Leases,
        };
    }

    public MemoryIndex<User> LivingUserNames { get; } = new(static user => user.DeletedAt is null ? user.NormalizedUserName : null);

    public MemoryIndex<User> UsersByTenant { get; } = new(static user => user.TenantId);

    public MemoryIndex<Tenant> LivingTenantNames { get; } = new(static tenant => tenant.Desired == DesiredState.Deleted ? null : tenant.Name);

    public MemoryIndex<Instance> InstancesByTenant { get; } = new(static instance => instance.TenantId);

    public MemoryIndex<LedgerEntry> LedgerByTenant { get; } = new(static entry => entry.TenantId);

    public MemoryIndex<Template> TemplatesByName { get; } = new(static template => template.Name);

    public MemoryIndex<Operation> OperationsByTenant { get; } = new(static operation => operation.TenantId);

    public MemoryIndex<Operation> OpenOperationsByTenant { get; } = new(static operation => operation.EndedAt is null ? operation.TenantId : null);

    public MemoryTable<User> Users { get; }

    public MemoryTable<RefreshToken> RefreshTokens { get; }

    public MemoryTable<Revocation> Revocations { get; }

    public MemoryTable<Tenant> Tenants { get; }

    public MemoryTable<TenantStatus> Statuses { get; }

    public MemoryTable<Instance> Instances { get; }

    public MemoryTable<LedgerEntry> Ledger { get; }

    public MemoryTable<Template> Templates { get; }

    public MemoryTable<Operation> Operations { get; }

    public MemoryTable<IdempotencyRecord> IdempotencyRecords { get; }

    public MemoryTable<Lease> Leases { get; }

    public void Apply(StoreWrite write, long revision, Stack<Action> undo)
    {
        if (!byType.TryGetValue(write.Record.GetType(), out var table))
        {
            throw new ArgumentException($"A {write.Record.GetType().Name} cannot be stored. See ChangeSet for what can.");
        }

        table.Apply(write, revision, undo);
    }

    public TenantState StateOf(Tenant tenant) => new(
        tenant,
        Statuses.Find(tenant.Id) ?? new TenantStatus { TenantId = tenant.Id, ChangedAt = tenant.CreatedAt },
        [.. Instances.In(InstancesByTenant, tenant.Id).OrderBy(static instance => instance.CreatedAt).ThenBy(static instance => instance.Id, StringComparer.Ordinal)],
        [.. Ledger.In(LedgerByTenant, tenant.Id).OrderBy(static entry => entry.Kind)],
        [.. Operations.In(OpenOperationsByTenant, tenant.Id)]);

    public IEnumerable<Template> VersionsOf(string name) =>
        Templates.In(TemplatesByName, name).OrderByDescending(static template => template.Version);
}
