using System.Globalization;
using System.Text.Json;
using k8s;
using k8s.Models;

namespace TenantKit.Kubernetes.Watching;

/// <summary>
/// Makes of an object's JSON only what is read of it: of a pod most of the text is what we sent ourselves, and who manages which field.
/// </summary>
internal static class NeededFields
{
    public static V1Pod OfPod(JsonElement json)
    {
        var spec = Child(json, "spec");
        return new V1Pod
        {
            Metadata = OfMetadata(Child(json, "metadata")),
            Spec = new V1PodSpec { NodeName = Text(spec, "nodeName"), Containers = [.. Items(spec, "containers").Take(1).Select(OfContainer)] },
            Status = Child(json, "status") is { ValueKind: JsonValueKind.Object } status ? KubernetesJson.Deserialize<V1PodStatus>(status) : null,
        };
    }

    public static V1ObjectMeta OfMetadata(JsonElement json) => new()
    {
        Name = Text(json, "name"),
        NamespaceProperty = Text(json, "namespace"),
        Uid = Text(json, "uid"),
        ResourceVersion = Text(json, "resourceVersion"),
        CreationTimestamp = Time(json, "creationTimestamp"),
        DeletionTimestamp = Time(json, "deletionTimestamp"),
        Labels = Texts(json, "labels"),
        Annotations = Texts(json, "annotations"),
    };

    private static V1Container OfContainer(JsonElement json) => new()
    {
        Name = Text(json, "name"),
        Image = Text(json, "image"),
        Ports = [.. Items(json, "ports").Take(1).Select(static port => new V1ContainerPort { ContainerPort = Child(port, "containerPort").GetInt32() })],
        Resources = new V1ResourceRequirements { Limits = Texts(Child(json, "resources"), "limits")?.ToDictionary(static pair => pair.Key, static pair => new ResourceQuantity(pair.Value), StringComparer.Ordinal) },
    };

    private static JsonElement Child(JsonElement json, string name) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var child) ? child : default;

    private static string? Text(JsonElement json, string name) => Child(json, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static DateTime? Time(JsonElement json, string name) =>
        Text(json, name) is { } text && DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    private static IEnumerable<JsonElement> Items(JsonElement json, string name) => Child(json, name) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];

    private static Dictionary<string, string>? Texts(JsonElement json, string name)
    {
        if (Child(json, name) is not { ValueKind: JsonValueKind.Object } map)
        {
            return null;
        }

        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in map.EnumerateObject())
        {
            // Quantities may be written as numbers.
            texts[member.Name] = member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()! : member.Value.GetRawText();
        }

        return texts;
    }
}
