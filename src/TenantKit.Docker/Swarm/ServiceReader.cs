using System.Globalization;
using System.Net;
using Docker.DotNet.Models;
using TenantKit.Docker.Engine;
using TenantKit.Tenants;

namespace TenantKit.Docker.Swarm;

/// <summary>Reads where an instance stands from its service, the service's task, and the task's container when it is on this node. Pure functions.</summary>
internal static class ServiceReader
{
    /// <param name="service">The service.</param>
    /// <param name="task">Its task; null until the swarm has made it.</param>
    /// <param name="local">The task's container on this node; null when there is none.</param>
    /// <param name="isHere">True when the task was given to this node.</param>
    /// <param name="reach">How it is reached.</param>
    /// <param name="address">The container's address on the node's bridge; null when it has none.</param>
    public static Container Read(SwarmService service, TaskResponse? task, ContainerInspectResponse? local, bool isHere, DockerReach reach, IPAddress? address)
    {
        // The container knows first, here too.
        var (reason, message) = TaskReasons.Of(task?.Status?.State, task?.Status?.Err is { Length: > 0 } error ? error : local?.State?.Error);
        var state = service.Spec?.Mode?.Replicated?.Replicas is 0 ? StateOfStopped(local) : StateOf(task, local, isHere);
        var container = new Container
        {
            Id = service.ID,
            LocalId = local?.ID,
            Name = service.Spec?.Name ?? service.ID,
            Labels = service.Spec?.Labels,
            State = state,
            HasLog = isHere ? local is { State.Status: not "created" } : task?.Status?.ContainerStatus is { ContainerID.Length: > 0 },
            IsPaused = local?.State?.Paused == true,
            CreatedAt = Utc(service.CreatedAt) ?? DateTimeOffset.UnixEpoch,
            StartedAt = ContainerReader.Time(local?.State?.StartedAt) ?? (state == ContainerState.Running ? Utc(task?.Status?.Timestamp) : null),
            ExitedAt = state == ContainerState.Ended ? ContainerReader.Time(local?.State?.FinishedAt) ?? Utc(task?.Status?.Timestamp) : null,
            ExitCode = ExitCode(task, local, state),
            Reason = reason,
            Message = message,
        };
        return container with { Reason = WhyEnded(container, local?.State), Endpoint = EndpointOf(container, task, reach, address) };
    }

    /// <summary>The container knows first: the swarm hears of its end a moment later.</summary>
    private static ContainerState StateOf(TaskResponse? task, ContainerInspectResponse? local, bool isHere)
    {
        var state = task?.Status?.State;
        if (state > TaskState.Running)
        {
            return ContainerState.Ended;
        }

        return (state, local?.State?.Status) switch
        {
            (TaskState.Running, null) when isHere => ContainerState.Ended, // removed by somebody
            (_, "exited" or "dead" or "removing") => ContainerState.Ended,
            (TaskState.Running, _) => ContainerState.Running,
            _ => ContainerState.Starting,
        };
    }

    /// <summary>Somebody took its task away, and no other comes.</summary>
    private static ContainerState StateOfStopped(ContainerInspectResponse? local) => local?.State?.Running == true ? ContainerState.Leaving : ContainerState.Ended;

    private static string WhyEnded(Container container, State? local) => container switch
    {
        { IsEnded: true } when local?.OOMKilled == true => StatusReasons.OutOfMemory,
        { IsEnded: true, Reason: StatusReasons.None } when local?.ExitCode is 126 or 127 => StatusReasons.CommandNotFound,
        _ => container.Reason,
    };

    private static int? ExitCode(TaskResponse? task, ContainerInspectResponse? local, ContainerState state) => (state, local?.State, task?.Status?.ContainerStatus) switch
    {
        (not ContainerState.Ended, _, _) => null,
        (_, { StartedAt: var started, ExitCode: var code }, _) when ContainerReader.Time(started) is not null => (int)code,
        (_, _, { ContainerID.Length: > 0, ExitCode: var told }) when task!.Status!.State is TaskState.Complete or TaskState.Failed => (int)told,
        _ => null,
    };

    private static string? EndpointOf(Container container, TaskResponse? task, DockerReach reach, IPAddress? address)
    {
        if (reach == DockerReach.Published)
        {
            return task?.Status?.PortStatus?.Ports?.FirstOrDefault(static port => port.PublishedPort > 0) is { PublishedPort: { } port }
                ? string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}")
                : null;
        }

        var own = reach == DockerReach.Network ? Overlay(container, task) : address;
        return own is null || container.State != ContainerState.Running ? null : new IPEndPoint(own, container.Port).ToString();
    }

    private static IPAddress? Overlay(Container container, TaskResponse? task)
    {
        var network = UnitNames.Network(container.Label(UnitLabels.Unit) ?? "");
        var attached = task?.NetworksAttachments?.FirstOrDefault(attachment => attachment.Network?.Spec?.Name == network);
        return IPAddress.TryParse(attached?.Addresses?.FirstOrDefault()?.Split('/')[0], out var address) ? address : null;
    }

    private static DateTimeOffset? Utc(DateTime? time) => time is { Year: > 1 } known ? new DateTimeOffset(DateTime.SpecifyKind(known, DateTimeKind.Utc)) : null;
}
