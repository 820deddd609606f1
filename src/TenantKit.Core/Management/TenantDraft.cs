using TenantKit.Operations;
using TenantKit.Storage;
using TenantKit.Tenants;

namespace TenantKit.Management;

/// <summary>A validated change of a tenant that is not committed yet, so that it can be committed together with other records.</summary>
/// <param name="Tenant">The tenant as it will be.</param>
/// <param name="Operation">The operation that will follow it.</param>
/// <param name="Changes">Everything to commit.</param>
public sealed record TenantDraft(Tenant Tenant, Operation Operation, ChangeSet Changes);
