using TenantKit.Kubernetes.Manifests;
using TenantKit.Orchestration;
using TenantKit.Tenants;

namespace TenantKit.Kubernetes.Watching;

/// <summary>A pod, as it is kept in memory.</summary>
internal sealed record PodState : WatchedObject
{
    public required string Component { get; init; }

    public required string InstanceId { get; init; }

    public required long Epoch { get; init; }

    public required string Fingerprint { get; init; }

    public required RuntimeState State { get; init; }

    public string? Endpoint { get; init; }

    public string? Node { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? ExitedAt { get; init; }

    public int? ExitCode { get; init; }

    public string Reason { get; init; } = StatusReasons.None;

    public string? Message { get; init; }

    /// <summary>The size it was asked to have, in thousandths of a core and bytes.</summary>
    public int CpuMillicores { get; init; }

    public long MemoryBytes { get; init; }

    /// <summary>True when its order to stop was given.</summary>
    public bool IsGoing { get; init; }

    public bool IsInstance => Component == Marks.App;

    public InstanceObservation Observe(string? fingerprint) => new()
    {
        Id = InstanceId,
        State = State,
        Endpoint = Endpoint,
        RestartEpoch = Epoch,
        IsCurrent = fingerprint is null || Fingerprint == fingerprint,
        CreatedAt = CreatedAt,
        StartedAt = StartedAt,
        ExitedAt = ExitedAt,
        ExitCode = ExitCode,
        Reason = Reason,
        Message = Message,
    };
}
