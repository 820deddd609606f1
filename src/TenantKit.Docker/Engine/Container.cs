using System.Globalization;
using System.Net;
using Docker.DotNet.Models;
using TenantKit.Orchestration;
using TenantKit.Tenants;

namespace TenantKit.Docker.Engine;

/// <summary>One container of a unit as the engine showed it at one moment.</summary>
internal sealed record Container(ContainerInspectResponse Found)
{
    public string Id => Found.ID;

    public string Name => Found.Name.TrimStart('/');

    public string? Label(string name) => Found.Config?.Labels is { } labels && labels.TryGetValue(name, out var value) ? value : null;

    public string Role => Label(UnitLabels.Role) ?? "";

    public string InstanceId => Label(UnitLabels.Instance) ?? Id;

    public long Epoch => Number(UnitLabels.Epoch);

    public long Token => Number(UnitLabels.Token);

    public string? Settings => Label(UnitLabels.Settings);

    public int Port => (int)Number(UnitLabels.Port);

    public bool IsRunning => Found.State is { Running: true, Restarting: false };

    /// <summary>Made, and never started.</summary>
    public bool IsNew => Found.State?.Status == "created";

    public bool IsEnded => !IsRunning && !IsNew;

    public DateTimeOffset CreatedAt => new(DateTime.SpecifyKind(Found.Created, DateTimeKind.Utc));

    public DateTimeOffset? StartedAt => Time(Found.State?.StartedAt);

    public DateTimeOffset? ExitedAt => IsEnded ? Time(Found.State?.FinishedAt) : null;

    public long MemoryBytes => Found.HostConfig?.Memory ?? 0;

    public long NanoCpus => Found.HostConfig?.NanoCPUs ?? 0;

    /// <summary>Its address on its unit's network; null while it has none.</summary>
    public IPAddress? Address(string network) =>
        Found.NetworkSettings?.Networks is { } networks && networks.TryGetValue(network, out var endpoint) && IPAddress.TryParse(endpoint.IPAddress, out var address)
            ? address
            : null;

    public InstanceObservation Observe(string? settings, RuntimeState state, string? endpoint) => new()
    {
        Id = InstanceId,
        State = state,
        Endpoint = endpoint,
        RestartEpoch = Epoch,
        IsCurrent = settings is null || Settings == settings,
        CreatedAt = CreatedAt,
        StartedAt = StartedAt,
        ExitedAt = state == RuntimeState.Exited ? ExitedAt : null,
        ExitCode = state == RuntimeState.Exited && !IsNew ? (int?)Found.State?.ExitCode : null,
        Reason = state == RuntimeState.Exited ? WhyEnded() : StatusReasons.None,
        Message = state == RuntimeState.Exited && Found.State?.Error is { Length: > 0 } error ? error : null,
    };

    /// <summary>126 and 127 are what shells and the engine's init end with when a program cannot be started.</summary>
    private string WhyEnded() => Found.State switch
    {
        { OOMKilled: true } => StatusReasons.OutOfMemory,
        { Running: false, ExitCode: 126 or 127 } when !IsNew => StatusReasons.CommandNotFound,
        _ => StatusReasons.None,
    };

    private long Number(string label) => long.TryParse(Label(label), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>The engine writes year 1 for "never".</summary>
    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) && time.Year > 1 ? time : null;
}
