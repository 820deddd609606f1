namespace TenantKit.Orchestration;

/// <summary>An instance as the runtime shows it.</summary>
public sealed record InstanceObservation
{
    /// <summary>Unique for ever: a restarted app is a new instance.</summary>
    public required string Id { get; init; }

    /// <summary>Where it stands.</summary>
    public required RuntimeState State { get; init; }

    /// <summary><c>host:port</c>, host an IP literal; null until known.</summary>
    public string? Endpoint { get; init; }

    /// <summary>The restart epoch it was started in.</summary>
    public long RestartEpoch { get; init; }

    /// <summary>True when its settings (image, command, environment, resources) are those of the newest specification.</summary>
    public bool IsCurrent { get; init; } = true;

    /// <summary>When it was created (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its process started (UTC).</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended (UTC).</summary>
    public DateTimeOffset? ExitedAt { get; init; }

    /// <summary>Its exit code, once it ended and the runtime could tell.</summary>
    public int? ExitCode { get; init; }

    /// <summary>A reason from <see cref="Tenants.StatusReasons"/>.</summary>
    public string Reason { get; init; } = Tenants.StatusReasons.None;

    /// <summary>What the runtime says about it, for people; null when there is nothing to say.</summary>
    public string? Message { get; init; }
}
