using System.Text.Json.Nodes;

namespace TenantKit.Kubernetes.Tests.Emulator;

/// <summary>Shorthand for objects of the API as JSON.</summary>
internal static class Json
{
    public static JsonObject Clone(this JsonObject node) => (JsonObject)node.DeepClone();

    public static JsonObject Meta(this JsonObject node) => node.Child("metadata");

    public static JsonObject Child(this JsonObject node, string name)
    {
        if (node[name] is not JsonObject child)
        {
            node[name] = child = [];
        }

        return child;
    }

    public static string Text(this JsonNode? node, params string[] path)
    {
        foreach (var part in path)
        {
            node = (node as JsonObject)?[part];
        }

        return node is JsonValue value ? value.ToString() : "";
    }

    public static IEnumerable<JsonObject> Items(this JsonNode? node, params string[] path)
    {
        foreach (var part in path)
        {
            node = (node as JsonObject)?[part];
        }

        return node is JsonArray array ? array.OfType<JsonObject>() : [];
    }

    public static bool Same(JsonNode? one, JsonNode? other) => JsonNode.DeepEquals(one, other);
}
