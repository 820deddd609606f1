using System.Text.Json.Nodes;

namespace TenantKit.Kubernetes.Tests.Emulator;

/// <summary>Whether one pod reaches another, as a network plug-in that knows policies has it.</summary>
internal static class NetworkRules
{
    public static bool Allows(EmulatedStore store, EmulatedObject from, EmulatedObject to, string port) =>
        Passes(store, from, "Egress", "egress", "to", to, port) && Passes(store, to, "Ingress", "ingress", "from", from, port);

    private static bool Passes(EmulatedStore store, EmulatedObject pod, string type, string rules, string peers, EmulatedObject other, string port)
    {
        var policies = store.All("networkpolicies", pod.Namespace).Select(static policy => policy.Json)
            .Where(policy => policy["spec"]!["policyTypes"] is JsonArray types && types.Any(item => item!.ToString() == type) && Matches(policy["spec"]!["podSelector"], pod.Json)).ToList();
        return policies.Count == 0 || policies.Any(policy => policy.Items("spec", rules).Any(rule =>
            (rule["ports"] is not JsonArray { Count: > 0 } ports || ports.OfType<JsonObject>().Any(candidate => candidate.Text("port") == port))
            && (rule[peers] is not JsonArray { Count: > 0 } all || all.OfType<JsonObject>().Any(peer => IsPeer(store, policy, peer, other)))));
    }

    private static bool IsPeer(EmulatedStore store, JsonObject policy, JsonObject peer, EmulatedObject pod) =>
        peer["ipBlock"] is null
        && (peer["namespaceSelector"] is { } space ? Matches(space, store.Find("namespaces", "", pod.Namespace)!.Json) : policy.Text("metadata", "namespace") == pod.Namespace)
        && (peer["podSelector"] is not { } selector || Matches(selector, pod.Json));

    private static bool Matches(JsonNode? selector, JsonObject item) =>
        (selector?["matchLabels"] as JsonObject ?? []).All(pair => item.Text("metadata", "labels", pair.Key) == pair.Value!.ToString())
        && selector.Items("matchExpressions").All(rule => rule.Text("operator") == "Exists"
            ? item["metadata"]?["labels"]?[rule.Text("key")] is not null
            : rule["values"]!.AsArray().Any(value => value!.ToString() == item.Text("metadata", "labels", rule.Text("key"))));
}
