using TenantKit.Storage;

namespace TenantKit.Tenants;

/// <summary>One running copy of a tenant's app: a row of the Containers table.</summary>
public sealed record Instance : IStoreRecord
{
    /// <summary>Unique for ever: a restarted app is a new instance.</summary>
    public required string Id { get; init; }

    /// <summary>The tenant it serves.</summary>
    public required string TenantId { get; init; }

    /// <summary>Where it stands in its life, as the orchestrator and the probe say.</summary>
    public required InstanceState State { get; init; }

    /// <summary>What the instance itself said last through its agent.</summary>
    public InstanceClaim Claim { get; init; } = InstanceClaim.None;

    /// <summary><c>host:port</c> as the orchestrator reports it; null until known.</summary>
    public string? Endpoint { get; init; }

    /// <summary>A machine-readable cause of the state.</summary>
    public string Reason { get; init; } = StatusReasons.None;

    /// <summary>The restart epoch the instance was started in.</summary>
    public long RestartEpoch { get; init; }

    /// <summary>When it was created (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its process started (UTC); null before.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Exit code of the process; null while it runs.</summary>
    public int? ExitCode { get; init; }

    /// <inheritdoc/>
    public long Revision { get; init; }

    string IStoreRecord.Key => Id;
}
