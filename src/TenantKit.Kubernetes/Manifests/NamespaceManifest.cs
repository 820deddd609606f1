using k8s.Models;
using TenantKit.Orchestration;

namespace TenantKit.Kubernetes.Manifests;

/// <summary>The namespace of a tenant, walled from its first moment on: its labels are part of the request that makes it.</summary>
internal static class NamespaceManifest
{
    public static V1Namespace Of(UnitRef unit, KubernetesOptions options)
    {
        var metadata = Marks.Metadata(unit, Names.Of(unit, options).Namespace, Marks.Unit, options);
        metadata.NamespaceProperty = null;
        foreach (var mode in (string[])["enforce", "audit", "warn"])
        {
            metadata.Labels[$"pod-security.kubernetes.io/{mode}"] = "restricted";
            metadata.Labels[$"pod-security.kubernetes.io/{mode}-version"] = options.PodSecurityVersion;
        }

        return new V1Namespace { ApiVersion = "v1", Kind = "Namespace", Metadata = metadata };
    }
}
