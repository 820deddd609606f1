using k8s.Models;
using TenantKit.Orchestration;

namespace TenantKit.Kubernetes.Manifests;

/// <summary>
/// The record of a unit: a ConfigMap that says whose it is, under which fencing token it was last acted on and how far it was made. It is
/// written before anything else of the unit and goes last; what is not the namespace's is owned by it.
/// </summary>
internal static class RecordManifest
{
    public const string LogKey = "log";

    public static V1ConfigMap Of(UnitRef unit, long token, KubernetesOptions options)
    {
        var metadata = Marks.Metadata(unit, Names.Of(unit, options).Record, Marks.Unit, options);
        metadata.Annotations[Marks.Token] = Marks.Number(token);
        return new V1ConfigMap { ApiVersion = "v1", Kind = "ConfigMap", Metadata = metadata };
    }

    /// <summary>Makes the garbage collector remove an object when the record goes.</summary>
    public static V1OwnerReference Owner(string name, string uid) => new() { ApiVersion = "v1", Kind = "ConfigMap", Name = name, Uid = uid };
}
