using TenantKit.Audit;

namespace TenantKit.Storage;

/// <summary>Which audit entries a page holds. Members that are null do not filter.</summary>
public sealed record AuditFilter
{
    /// <summary>Only by this actor id.</summary>
    public string? Actor { get; init; }

    /// <summary>Only this action.</summary>
    public string? Action { get; init; }

    /// <summary>Only this target.</summary>
    public string? Target { get; init; }

    /// <summary>Only this outcome.</summary>
    public AuditOutcome? Outcome { get; init; }

    /// <summary>Only at or after this moment (UTC).</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Only before this moment (UTC).</summary>
    public DateTimeOffset? To { get; init; }
}
