using System.Globalization;
using TenantKit.Orchestration;
using TenantKit.Tenants;

namespace TenantKit.Docker.Engine;

/// <summary>One container of a unit as the engine showed it at one moment; in a swarm, the service that it is the only task of.</summary>
internal sealed record Container
{
    /// <summary>What changes of it are asked for by: the container's id, or the service's.</summary>
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required ContainerState State { get; init; }

    public IDictionary<string, string>? Labels { get; init; }

    /// <summary>Its container in this engine, which has its log and its figures; null while there is none, or it is on another node.</summary>
    public string? LocalId { get; init; }

    /// <summary>True when it has written, or may have.</summary>
    public bool HasLog { get; init; }

    public bool IsPaused { get; init; }

    /// <summary>True when it runs and nobody reaches it any more, because somebody took it off its network.</summary>
    public bool IsCutOff { get; init; }

    /// <summary><c>host:port</c>; null while it has none.</summary>
    public string? Endpoint { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? ExitedAt { get; init; }

    public int? ExitCode { get; init; }

    public string Reason { get; init; } = StatusReasons.None;

    public string? Message { get; init; }

    public long MemoryBytes { get; init; }

    public long NanoCpus { get; init; }

    public string Role => Label(UnitLabels.Role) ?? "";

    public string InstanceId => Label(UnitLabels.Instance) ?? Id;

    public long Epoch => Number(UnitLabels.Epoch);

    public long Token => Number(UnitLabels.Token);

    public string? Settings => Label(UnitLabels.Settings);

    public int Port => (int)Number(UnitLabels.Port);

    public bool IsRunning => State == ContainerState.Running;

    public bool IsNew => State == ContainerState.New;

    public bool IsEnded => State == ContainerState.Ended;

    public string? Label(string name) => Labels is { } labels && labels.TryGetValue(name, out var value) ? value : null;

    public InstanceObservation Observe(string? settings, RuntimeState state) => new()
    {
        Id = InstanceId,
        State = state,
        Endpoint = Endpoint,
        RestartEpoch = Epoch,
        IsCurrent = settings is null || Settings == settings,
        CreatedAt = CreatedAt,
        StartedAt = StartedAt,
        // The engine notes the start a moment late, and so of what ends at once after its end.
        ExitedAt = state != RuntimeState.Exited ? null : ExitedAt < StartedAt ? StartedAt : ExitedAt,
        ExitCode = state == RuntimeState.Exited && !IsNew ? ExitCode : null,
        Reason = state is RuntimeState.Exited or RuntimeState.Creating ? Reason : StatusReasons.None,
        Message = state is RuntimeState.Exited or RuntimeState.Creating ? Message : null,
    };

    private long Number(string label) => long.TryParse(Label(label), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
