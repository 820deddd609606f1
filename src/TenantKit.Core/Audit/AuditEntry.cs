namespace TenantKit.Audit;

/// <summary>Who did what to what, and how it ended. Committed together with the change it tells of.</summary>
public sealed record AuditEntry
{
    /// <summary>ULID, lower case.</summary>
    public required string Id { get; init; }

    /// <summary>When (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who: a user id, <c>system</c>, or <c>anonymous</c>.</summary>
    public required string Actor { get; init; }

    /// <summary>The actor's name at that time; null when it has none.</summary>
    public string? ActorName { get; init; }

    /// <summary>What, as <c>noun.verb</c>, such as <c>user.create</c>.</summary>
    public required string Action { get; init; }

    /// <summary>To what, as <c>noun/id</c>, such as <c>tenant/01j…</c>.</summary>
    public required string Target { get; init; }

    /// <summary>How it ended.</summary>
    public required AuditOutcome Outcome { get; init; }

    /// <summary>More for people, never a secret; at most 1,000 characters.</summary>
    public string? Detail { get; init; }

    /// <summary>The id of the request that caused it; null when none did.</summary>
    public string? RequestId { get; init; }
}
