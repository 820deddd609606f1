using System.Net;
using System.Text.Json;
using k8s.Models;
using TenantKit.Kubernetes.Api;
using TenantKit.Kubernetes.Manifests;
using TenantKit.Orchestration;
using TenantKit.Tenants;

namespace TenantKit.Kubernetes.Units;

/// <summary>Reads usage from <c>metrics.k8s.io</c>. The kubelets' own figures are not asked for: that right would open every pod of a node.</summary>
internal sealed class UsageReader(ApiClient api, Instances instances, KubernetesOptions options)
{
    public async Task<UnitUsage> ReadAsync(UnitRef unit, CancellationToken cancellationToken)
    {
        var live = instances.Of(unit).Where(static pod => pod.State is RuntimeState.Running or RuntimeState.Stopping).ToList();
        if (live.Count == 0)
        {
            return new UnitUsage([], 0);
        }

        var query = $"labelSelector={Uri.EscapeDataString($"{Marks.Selector(options, unit.TenantId)},{Marks.Component}={Marks.App}")}";
        try
        {
            var body = await api.ReadBytesAsync(new ApiRequest("list", KubeApi.PodMetrics, Names.Of(unit, options).Namespace, null) { Query = query }, cancellationToken);
            using var document = JsonDocument.Parse(body);
            var metrics = document.RootElement.GetProperty("items").EnumerateArray().ToDictionary(static item => item.GetProperty("metadata").GetProperty("name").GetString()!, Sum);
            return new UnitUsage(
                [.. live.Select(pod => metrics.TryGetValue(pod.Name, out var used) ? new InstanceUsage(pod.InstanceId, used.Cpu, used.Memory) : new InstanceUsage(pod.InstanceId, 0, 0))], 0);
        }
        catch (ApiException exception) when (exception.Code is HttpStatusCode.NotFound or HttpStatusCode.ServiceUnavailable)
        {
            throw new OrchestratorException(
                StatusReasons.OrchestratorUnavailable, "The cluster tells no usage: metrics.k8s.io is not served. Install metrics-server.", isTransient: true, exception);
        }
    }

    private static (int Cpu, long Memory) Sum(JsonElement pod)
    {
        var (cpu, memory) = (0m, 0m);
        foreach (var container in pod.GetProperty("containers").EnumerateArray())
        {
            var usage = container.GetProperty("usage");
            cpu += new ResourceQuantity(usage.GetProperty("cpu").GetString()).ToDecimal() * 1000;
            memory += new ResourceQuantity(usage.GetProperty("memory").GetString()).ToDecimal();
        }

        return ((int)cpu, (long)memory);
    }
}
