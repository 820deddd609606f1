using k8s.Models;
using TenantKit.Orchestration;

namespace TenantKit.Kubernetes.Manifests;

/// <summary>The tenant's volume, and the budget of its instances.</summary>
internal static class VolumeManifest
{
    public static V1PersistentVolumeClaim Claim(UnitSpec spec, KubernetesOptions options) =>
        Claim(spec, Names.Of(spec.Unit, options).Volume, Marks.App, options);

    public static V1PersistentVolumeClaim Claim(UnitSpec spec, string name, string component, KubernetesOptions options) => new()
    {
        ApiVersion = "v1",
        Kind = "PersistentVolumeClaim",
        Metadata = Marks.Metadata(spec.Unit, name, component, options),
        Spec = new V1PersistentVolumeClaimSpec
        {
            AccessModes = [options.VolumeAccessMode],
            StorageClassName = options.StorageClass,
            Resources = new V1VolumeResourceRequirements
            {
                Requests = new Dictionary<string, ResourceQuantity> { ["storage"] = Sizes.Bytes(spec.Resources.StorageBytes) },
            },
        },
    };

    /// <summary>Above one copy: a drained node never takes the last one.</summary>
    public static V1PodDisruptionBudget Budget(UnitSpec spec, KubernetesOptions options) => new()
    {
        ApiVersion = "policy/v1",
        Kind = "PodDisruptionBudget",
        Metadata = Marks.Metadata(spec.Unit, Names.Of(spec.Unit, options)["app"], Marks.App, options),
        Spec = new V1PodDisruptionBudgetSpec
        {
            // A number, not a percentage: pods without a controller are counted only this way.
            MinAvailable = 1,
            UnhealthyPodEvictionPolicy = "AlwaysAllow",
            Selector = new V1LabelSelector { MatchLabels = AppPods(spec.Unit, options) },
        },
    };

    public static Dictionary<string, string> AppPods(UnitRef unit, KubernetesOptions options) => new(StringComparer.Ordinal)
    {
        [Marks.Installation] = options.Installation, [Marks.Tenant] = Names.Safe(unit.TenantId), [Marks.Component] = Marks.App,
    };
}
