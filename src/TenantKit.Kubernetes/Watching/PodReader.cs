using System.Net;
using System.Net.Sockets;
using k8s.Models;
using TenantKit.Kubernetes.Manifests;
using TenantKit.Orchestration;
using TenantKit.Tenants;

namespace TenantKit.Kubernetes.Watching;

/// <summary>Reads from a pod what is kept of it.</summary>
internal static class PodReader
{
    /// <summary>Null when it carries no mark of a tenant.</summary>
    public static PodState? Read(V1Pod pod)
    {
        var metadata = pod.Metadata;
        if (Marks.Text(metadata.Annotations, Marks.TenantId) is not { } tenantId || Marks.Text(metadata.Annotations, Marks.UnitName) is not { } unitName)
        {
            return null;
        }

        var container = pod.Spec.Containers[0];
        var status = pod.Status?.ContainerStatuses?.FirstOrDefault(candidate => candidate.Name == container.Name);
        var ended = status?.State?.Terminated;
        var state = StateOf(pod, status);
        var (reason, message) = PodReasons.Of(pod, status, state);
        return new PodState
        {
            Namespace = metadata.NamespaceProperty,
            Name = metadata.Name,
            Uid = metadata.Uid,
            Version = UnitRecord.ParseVersion(metadata.ResourceVersion),
            TenantId = Marks.Text(metadata.Labels, Marks.Component) == Marks.DatabaseJob ? Marks.JobsOf(tenantId) : tenantId,
            UnitName = unitName,
            Component = Marks.Text(metadata.Labels, Marks.Component) ?? "",
            InstanceId = Marks.Text(metadata.Annotations, Marks.InstanceId) ?? metadata.Uid,
            Epoch = Marks.Number(metadata.Annotations, Marks.Epoch),
            Fingerprint = Marks.Text(metadata.Annotations, Marks.Fingerprint) ?? "",
            State = state,
            Endpoint = EndpointOf(pod.Status?.PodIP, container),
            Node = pod.Spec.NodeName,
            CreatedAt = Utc(metadata.CreationTimestamp) ?? default,
            StartedAt = Utc(status?.State?.Running?.StartedAt ?? ended?.StartedAt),
            ExitedAt = state == RuntimeState.Exited ? Utc(ended?.FinishedAt) ?? Utc(metadata.DeletionTimestamp) ?? Utc(metadata.CreationTimestamp) : null,
            ExitCode = state == RuntimeState.Exited ? ended?.ExitCode : null,
            Reason = reason,
            Message = message,
            CpuMillicores = (int)Math.Round(Quantity(container, "cpu") * 1000),
            MemoryBytes = (long)Quantity(container, "memory"),
            IsGoing = metadata.DeletionTimestamp is not null,
        };
    }

    private static RuntimeState StateOf(V1Pod pod, V1ContainerStatus? status)
    {
        if (pod.Status?.Phase is "Succeeded" or "Failed" || status?.State?.Terminated is not null)
        {
            return RuntimeState.Exited;
        }

        if (pod.Metadata.DeletionTimestamp is not null)
        {
            return RuntimeState.Stopping;
        }

        return status?.State?.Running is not null && pod.Status?.PodIP is { Length: > 0 } ? RuntimeState.Running : RuntimeState.Creating;
    }

    private static string? EndpointOf(string? address, V1Container container) =>
        IPAddress.TryParse(address, out var ip) && container.Ports is [var port, ..]
            ? $"{(ip.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{ip}]" : ip.ToString())}:{port.ContainerPort}"
            : null;

    private static decimal Quantity(V1Container container, string name) =>
        container.Resources?.Limits is { } limits && limits.TryGetValue(name, out var quantity) ? quantity.ToDecimal() : 0;

    private static DateTimeOffset? Utc(DateTime? time) => time is { } known ? new DateTimeOffset(DateTime.SpecifyKind(known, DateTimeKind.Utc)) : null;
}
