using System.Globalization;
using System.Net;
using Docker.DotNet.Models;
using TenantKit.Tenants;

namespace TenantKit.Docker.Engine;

/// <summary>Reads what the engine tells of one container.</summary>
internal static class ContainerReader
{
    public static Container Read(ContainerInspectResponse found, DockerReach reach)
    {
        var state = StateOf(found);
        var container = new Container
        {
            Id = found.ID,
            LocalId = found.ID,
            Name = found.Name.TrimStart('/'),
            Labels = found.Config?.Labels,
            State = state,
            HasLog = state != ContainerState.New,
            IsPaused = found.State?.Paused == true,
            CreatedAt = new DateTimeOffset(DateTime.SpecifyKind(found.Created, DateTimeKind.Utc)),
            StartedAt = Time(found.State?.StartedAt),
            ExitedAt = state == ContainerState.Ended ? Time(found.State?.FinishedAt) : null,
            ExitCode = (int?)found.State?.ExitCode,
            Reason = WhyEnded(found.State, state),
            Message = found.State?.Error is { Length: > 0 } error ? error : null,
            MemoryBytes = found.HostConfig?.Memory ?? 0,
            NanoCpus = found.HostConfig?.NanoCPUs ?? 0,
        };
        var address = container.Label(UnitLabels.Unit) is { } unit ? Address(found, UnitNames.Network(unit)) : null;
        return container with { Endpoint = EndpointOf(found, reach, address, container.Port), IsCutOff = reach != DockerReach.Published && address is null };
    }

    /// <summary>The engine writes year 1 for "never".</summary>
    public static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) && time.Year > 1 ? time : null;

    /// <summary>126 and 127 are what shells and the engine's init end with when a program cannot be started.</summary>
    private static string WhyEnded(State? found, ContainerState state) => found switch
    {
        { OOMKilled: true } => StatusReasons.OutOfMemory,
        { ExitCode: 126 or 127 } when state == ContainerState.Ended => StatusReasons.CommandNotFound,
        _ => StatusReasons.None,
    };

    private static ContainerState StateOf(ContainerInspectResponse found) => found.State switch
    {
        { Running: true, Restarting: false } => ContainerState.Running,
        { Status: "created" } => ContainerState.New,
        _ => ContainerState.Ended,
    };

    private static string? EndpointOf(ContainerInspectResponse found, DockerReach reach, IPAddress? address, int port)
    {
        if (reach != DockerReach.Published)
        {
            return address is null ? null : new IPEndPoint(address, port).ToString();
        }

        var published = found.NetworkSettings?.Ports?.Values.FirstOrDefault(static bindings => bindings is { Count: > 0 })?[0];
        return published is { HostPort.Length: > 0 } ? $"127.0.0.1:{published.HostPort}" : null;
    }

    /// <summary>Its address on its unit's network; null while it has none.</summary>
    private static IPAddress? Address(ContainerInspectResponse found, string network) =>
        found.NetworkSettings?.Networks is { } networks && networks.TryGetValue(network, out var endpoint) && IPAddress.TryParse(endpoint.IPAddress, out var address)
            ? address
            : null;
}
