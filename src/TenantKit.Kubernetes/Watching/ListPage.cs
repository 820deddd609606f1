using System.Text.Json;

namespace TenantKit.Kubernetes.Watching;

/// <summary>One page of a list.</summary>
internal sealed record ListPage<T>(IReadOnlyList<T> Items, string Continue, string Version);

/// <summary>Reads pages of lists.</summary>
internal static class ListPage
{
    public static ListPage<T> Read<T>(byte[] body, Func<JsonElement, T?> read)
        where T : class
    {
        using var document = JsonDocument.Parse(body);
        List<T> items = [];
        if (document.RootElement.TryGetProperty("items", out var array) && array.ValueKind == JsonValueKind.Array)
        {
            foreach (var element in array.EnumerateArray())
            {
                if (read(element) is { } item)
                {
                    items.Add(item);
                }
            }
        }

        var metadata = document.RootElement.GetProperty("metadata");
        return new ListPage<T>(items, Text(metadata, "continue"), Text(metadata, "resourceVersion"));
    }

    private static string Text(JsonElement metadata, string name) => metadata.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
}
