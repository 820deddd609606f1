using TenantKit.Operations;

namespace TenantKit.Tenants;

/// <summary>All that the store knows of one tenant, read at one moment.</summary>
/// <param name="Tenant">What is desired.</param>
/// <param name="Status">What was last observed.</param>
/// <param name="Instances">Its instances, oldest first.</param>
/// <param name="Ledger">Its external objects.</param>
/// <param name="OpenOperations">Operations that have not ended, oldest first.</param>
public sealed record TenantState(
    Tenant Tenant,
    TenantStatus Status,
    IReadOnlyList<Instance> Instances,
    IReadOnlyList<LedgerEntry> Ledger,
    IReadOnlyList<Operation> OpenOperations);
