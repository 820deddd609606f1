using k8s.Models;
using TenantKit.Orchestration;
using TenantKit.Templates;

namespace TenantKit.Kubernetes.Manifests;

/// <summary>How much the namespace of a tenant may hold, whoever makes it.</summary>
/// <remarks>
/// Room for all copies twice, as old and new ones overlap while they are replaced, and for one-off commands. Nothing is offered to the outside:
/// no load balancer and no port of a node.
/// </remarks>
internal static class QuotaManifests
{
    public const string Name = "tenant";

    public static V1ResourceQuota Quota(UnitSpec spec, KubernetesOptions options)
    {
        var (size, copies) = (spec.Resources, Math.Max(options.MaxReplicas, spec.Replicas) + 2);
        var isDedicated = spec.Database == DatabaseMode.Dedicated;
        var (cpu, memory) = isDedicated ? (options.Database.CpuMillicores, options.Database.MemoryBytes) : (0, 0L);
        var (sureCpu, sureMemory) = (Sizes.Share(size.CpuMillicores, options.CpuRequestShare), Sizes.Share(size.MemoryBytes, options.MemoryRequestShare));
        return new V1ResourceQuota
        {
            ApiVersion = "v1",
            Kind = "ResourceQuota",
            Metadata = Marks.Metadata(spec.Unit, Name, Marks.Unit, options),
            Spec = new V1ResourceQuotaSpec
            {
                Hard = new Dictionary<string, ResourceQuantity>
                {
                    ["requests.cpu"] = Sizes.Cpu((sureCpu * copies) + cpu),
                    ["limits.cpu"] = Sizes.Cpu(((long)size.CpuMillicores * copies) + cpu),
                    ["requests.memory"] = Sizes.Bytes((sureMemory * copies) + memory),
                    ["limits.memory"] = Sizes.Bytes((size.MemoryBytes * copies) + memory),
                    ["requests.storage"] = Sizes.Bytes(size.StorageBytes * (isDedicated ? 2 : 1)),
                    ["persistentvolumeclaims"] = Sizes.Count(isDedicated ? 2 : 1),
                    ["pods"] = Sizes.Count(copies + (isDedicated ? 1 : 0)),
                    ["services"] = Sizes.Count(2),
                    ["services.loadbalancers"] = Sizes.Count(0),
                    ["services.nodeports"] = Sizes.Count(0),
                    ["secrets"] = Sizes.Count((copies * 2) + 4),
                    ["configmaps"] = Sizes.Count(4),
                },
            },
        };
    }

    /// <summary>What a container of somebody else's gets when it names no size, and what none may exceed.</summary>
    public static V1LimitRange Limits(UnitSpec spec, KubernetesOptions options)
    {
        var size = spec.Resources;
        var isDedicated = spec.Database == DatabaseMode.Dedicated;
        return new V1LimitRange
        {
            ApiVersion = "v1",
            Kind = "LimitRange",
            Metadata = Marks.Metadata(spec.Unit, Name, Marks.Unit, options),
            Spec = new V1LimitRangeSpec
            {
                Limits =
                [
                    new V1LimitRangeItem
                    {
                        Type = "Container",
                        DefaultProperty = new Dictionary<string, ResourceQuantity>(Sizes.Of(size, options).Limits),
                        DefaultRequest = new Dictionary<string, ResourceQuantity>(Sizes.Of(size, options).Requests),
                        Max = new Dictionary<string, ResourceQuantity>
                        {
                            ["cpu"] = Sizes.Cpu(Math.Max(size.CpuMillicores, isDedicated ? options.Database.CpuMillicores : 0)),
                            ["memory"] = Sizes.Bytes(Math.Max(size.MemoryBytes, isDedicated ? options.Database.MemoryBytes : 0)),
                        },
                    },
                    new V1LimitRangeItem { Type = "PersistentVolumeClaim", Max = new Dictionary<string, ResourceQuantity> { ["storage"] = Sizes.Bytes(size.StorageBytes) } },
                ],
            },
        };
    }
}
