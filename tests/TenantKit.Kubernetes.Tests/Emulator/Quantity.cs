using System.Text.Json.Nodes;
using k8s.Models;

namespace TenantKit.Kubernetes.Tests.Emulator;

/// <summary>Sums of requests and limits.</summary>
internal static class Quantity
{
    public static decimal Of(JsonNode? value) => value is null ? 0 : new ResourceQuantity(value.ToString()).ToDecimal();

    /// <summary>What a pod asks for: the sum of its containers, or the largest of those that run before them.</summary>
    public static decimal OfPod(JsonObject pod, string kind, string resource) => Math.Max(
        pod.Items("spec", "containers").Sum(container => Of(container["resources"]?[kind]?[resource])),
        pod.Items("spec", "initContainers").Select(container => Of(container["resources"]?[kind]?[resource])).DefaultIfEmpty().Max());

    public static string QosOf(JsonObject pod)
    {
        var all = pod.Items("spec", "containers").Concat(pod.Items("spec", "initContainers")).ToList();
        string[] names = ["cpu", "memory"];
        if (all.All(container => names.All(name => Of(container["resources"]?["limits"]?[name]) > 0 && Of(container["resources"]?["limits"]?[name]) == Of(container["resources"]?["requests"]?[name]))))
        {
            return "Guaranteed";
        }

        return all.Any(container => names.Any(name => Of(container["resources"]?["limits"]?[name]) > 0 || Of(container["resources"]?["requests"]?[name]) > 0)) ? "Burstable" : "BestEffort";
    }
}
