using k8s.Models;
using TenantKit.Kubernetes.Api;
using TenantKit.Kubernetes.Manifests;
using TenantKit.Kubernetes.Watching;
using TenantKit.Orchestration;

namespace TenantKit.Kubernetes.Units;

/// <summary>Reads the cluster's events about a unit when somebody asks; nothing is watched for them, and nothing kept.</summary>
/// <remarks>A namespace of its own takes one request. In a shared one events cannot be told apart by label: one for each of the unit's pods and volumes.</remarks>
internal sealed class EventReader(ApiClient api, Cluster cluster, TimeProvider time, KubernetesOptions options)
{
    private const int Most = 10;
    private const int MostRead = 500;
    private const int MostObjects = 8;
    private static readonly TimeSpan Recent = TimeSpan.FromMinutes(30);

    public async Task<IReadOnlyList<RuntimeNotice>> ReadAsync(UnitRef unit, CancellationToken cancellationToken)
    {
        var names = Names.Of(unit, options);
        var pages = names.IsShared
            ? await Task.WhenAll(Objects(unit, names).Select(name => ListAsync(names.Namespace, $"type!=Normal,involvedObject.name={name}", cancellationToken)))
            : [await ListAsync(names.Namespace, "type!=Normal", cancellationToken)];
        var since = time.GetUtcNow() - Recent;
        return [.. pages.SelectMany(static page => page)
            .Select(EventReasons.Of)
            .Where(notice => notice.At >= since)
            .GroupBy(static notice => (notice.Reason, notice.Message))
            .Select(static same => same.MaxBy(static notice => notice.At)! with { Count = same.Sum(static notice => notice.Count) })
            .OrderByDescending(static notice => notice.At).ThenBy(static notice => notice.Message, StringComparer.Ordinal)
            .Take(Most)];
    }

    private IEnumerable<string> Objects(UnitRef unit, Names names) =>
        [names.Volume, .. cluster.Pods.Of(unit.TenantId).Where(pod => pod.UnitName == unit.Name).OrderByDescending(static pod => pod.CreatedAt).Select(static pod => pod.Name).Take(MostObjects)];

    private async Task<IList<Corev1Event>> ListAsync(string space, string fields, CancellationToken cancellationToken) =>
        (await api.ListAsync<Corev1EventList>(KubeApi.Events, space, $"fieldSelector={Uri.EscapeDataString(fields)}&limit={MostRead}", cancellationToken)).Items ?? [];
}
