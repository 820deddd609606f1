using System.Text.Json;
using System.Text.Json.Serialization;

namespace TenantKit.Kubernetes.Units;

/// <summary>Bodies of merge patches, in which a null removes.</summary>
internal static class JsonPatchBody
{
    public const string MergePatch = "application/merge-patch+json";
    public const string StrategicMergePatch = "application/strategic-merge-patch+json";
    private static readonly JsonSerializerOptions WithNulls = new() { DefaultIgnoreCondition = JsonIgnoreCondition.Never };

    public static JsonElement Of(object patch) => JsonSerializer.SerializeToElement(patch, WithNulls);
}
