using TenantKit.Users;

namespace TenantKit.Storage;

/// <summary>Which users a page holds. Members that are null do not filter.</summary>
public sealed record UserFilter
{
    /// <summary>Exactly this name, without regard to case.</summary>
    public string? UserName { get; init; }

    /// <summary>Names that begin so, without regard to case.</summary>
    public string? NamePrefix { get; init; }

    /// <summary>Only this role.</summary>
    public UserRole? Role { get; init; }

    /// <summary>Only users of this tenant.</summary>
    public string? TenantId { get; init; }

    /// <summary>Only users created after this moment (UTC, exclusive).</summary>
    public DateTimeOffset? CreatedAfter { get; init; }

    /// <summary>Only users created before this moment (UTC, exclusive).</summary>
    public DateTimeOffset? CreatedBefore { get; init; }
}
