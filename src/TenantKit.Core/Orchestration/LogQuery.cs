namespace TenantKit.Orchestration;

/// <summary>Which log lines.</summary>
public sealed record LogQuery
{
    /// <summary>Only the last lines; null for all that are kept.</summary>
    public int? Tail { get; init; }

    /// <summary>Only lines since this moment (UTC).</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>True to go on with new lines until cancelled.</summary>
    public bool Follow { get; init; }
}
