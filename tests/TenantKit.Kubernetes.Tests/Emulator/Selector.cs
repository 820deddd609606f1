using System.Text.Json.Nodes;

namespace TenantKit.Kubernetes.Tests.Emulator;

/// <summary>Label selectors of the form <c>a=b,c=d</c>.</summary>
internal static class Selector
{
    public static bool Matches(JsonObject item, string selector) =>
        selector.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(static part => part.Split('=', 2)).All(part => item.Text("metadata", "labels", part[0]) == part[1]);
}
