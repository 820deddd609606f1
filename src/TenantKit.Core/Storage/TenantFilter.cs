using TenantKit.Tenants;

namespace TenantKit.Storage;

/// <summary>Which tenants a page holds. Members that are null do not filter.</summary>
public sealed record TenantFilter
{
    /// <summary>Only this tenant.</summary>
    public string? TenantId { get; init; }

    /// <summary>Only the tenant of this name.</summary>
    public string? Name { get; init; }

    /// <summary>Only tenants in this phase. Without it, deleted tenants are left out.</summary>
    public TenantPhase? Phase { get; init; }

    /// <summary>Only tenants created for this user.</summary>
    public string? OwnerUserId { get; init; }
}
