namespace TenantKit.Orchestration.Processes;

/// <summary>What is on disk about an instance: written before its process starts, and again at each change.</summary>
internal sealed record InstanceRecord
{
    public required string Id { get; init; }

    public required long RestartEpoch { get; init; }

    public required string Fingerprint { get; init; }

    public required int Port { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Zero until the process was started.</summary>
    public int Pid { get; init; }

    /// <summary>Start time of the process in clock ticks since boot.</summary>
    public long StartTicks { get; init; }

    /// <summary>The boot in which the ticks were counted.</summary>
    public string? BootId { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Set once it was asked to stop: the time it had.</summary>
    public TimeSpan? StopGrace { get; init; }

    public DateTimeOffset? ExitedAt { get; init; }

    public int? ExitCode { get; init; }
}
