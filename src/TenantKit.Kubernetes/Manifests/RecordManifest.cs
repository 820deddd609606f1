using k8s.Models;
using TenantKit.Orchestration;

namespace TenantKit.Kubernetes.Manifests;

/// <summary>
/// The record of a unit: the account that its pods run under, without rights and without a token, says whose the unit is, under which fencing
/// token it was last acted on and how far it was made. No pod is admitted before it is there.
/// </summary>
internal static class RecordManifest
{
    public const string LogKey = "log";

    /// <param name="unit">Whose it is.</param>
    /// <param name="token">The fencing token of who makes it.</param>
    /// <param name="marks">What was made already.</param>
    /// <param name="options">The installation's options.</param>
    public static V1ServiceAccount Of(UnitRef unit, long token, IReadOnlyDictionary<string, string?> marks, KubernetesOptions options)
    {
        var metadata = Marks.Metadata(unit, Names.Of(unit, options).Account, Marks.Unit, options);
        metadata.Annotations[Marks.Token] = Marks.Number(token);
        foreach (var (name, value) in marks)
        {
            if (value is not null)
            {
                metadata.Annotations[name] = value;
            }
        }

        return new V1ServiceAccount { ApiVersion = "v1", Kind = "ServiceAccount", Metadata = metadata, AutomountServiceAccountToken = false };
    }

    /// <summary>The last lines of log of instances that are gone.</summary>
    public static V1ConfigMap Log(UnitRef unit, string log, KubernetesOptions options) => new()
    {
        ApiVersion = "v1",
        Kind = "ConfigMap",
        Metadata = Marks.Metadata(unit, Names.Of(unit, options).Log, Marks.App, options),
        Data = new Dictionary<string, string> { [LogKey] = log },
    };

    /// <summary>Makes the garbage collector remove an object when the record goes.</summary>
    public static V1OwnerReference Owner(string name, string uid) => new() { ApiVersion = "v1", Kind = "ServiceAccount", Name = name, Uid = uid, BlockOwnerDeletion = true };
}
