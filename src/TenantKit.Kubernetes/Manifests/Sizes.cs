using System.Globalization;
using k8s.Models;
using TenantKit.Tenants;

namespace TenantKit.Kubernetes.Manifests;

/// <summary>Requests and limits of containers.</summary>
internal static class Sizes
{
    public static V1ResourceRequirements Of(ResourceLimits size, KubernetesOptions options) => Of(size.CpuMillicores, size.MemoryBytes, options);

    /// <remarks>
    /// The class of a pod never depends on its size: a request below the limit makes every pod Burstable, the same for both makes every pod
    /// Guaranteed.
    /// </remarks>
    public static V1ResourceRequirements Of(int millicores, long memory, KubernetesOptions options) => new()
    {
        Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = Cpu(Share(millicores, options.CpuRequestShare)), ["memory"] = Bytes(Share(memory, options.MemoryRequestShare)) },
        Limits = new Dictionary<string, ResourceQuantity> { ["cpu"] = Cpu(millicores), ["memory"] = Bytes(memory) },
    };

    /// <summary>What is asked for of a limit.</summary>
    public static long Share(long limit, double share) => share >= 1 ? limit : Math.Clamp((long)(limit * share), 1, Math.Max(limit - 1, 1));

    public static ResourceQuantity Cpu(long millicores) => new(millicores.ToString(CultureInfo.InvariantCulture) + "m");

    public static ResourceQuantity Bytes(long bytes) => new(bytes.ToString(CultureInfo.InvariantCulture));

    public static ResourceQuantity Count(long count) => new(count.ToString(CultureInfo.InvariantCulture));
}
