using System.Text.Json.Nodes;
using k8s;

namespace TenantKit.Kubernetes.Tests;

/// <summary>The YAML of <c>samples/deploy</c>.</summary>
internal static class Samples
{
    public static IReadOnlyList<JsonObject> Read(string file) =>
        [.. KubernetesYaml.LoadAllFromString(File.ReadAllText(Path.Combine(GoldenFile.Root(), "samples", "deploy", file))).Select(static item => JsonNode.Parse(KubernetesJson.Serialize(item))!.AsObject())];
}
