using k8s;
using k8s.Models;
using TenantKit.Kubernetes.Api;

namespace TenantKit.Kubernetes.Units;

/// <summary>An object around a unit's pods, and the text of it: written once for the note of what was made and for the request.</summary>
internal sealed record Wall(ApiResource Resource, IKubernetesObject<V1ObjectMeta> Body, string Json)
{
    public static Wall Of<T>(ApiResource resource, T body)
        where T : IKubernetesObject<V1ObjectMeta> => new(resource, body, KubernetesJson.Serialize(body));
}
