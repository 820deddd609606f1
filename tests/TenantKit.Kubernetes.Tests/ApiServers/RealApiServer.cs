using System.Diagnostics;
using System.Text.Json.Nodes;
using k8s;
using TenantKit.Kubernetes.Access;

namespace TenantKit.Kubernetes.Tests.ApiServers;

/// <summary>A real one: the orchestrator has a ServiceAccount of its own, with a token of the server's and the rights of a ClusterRole.</summary>
public abstract class RealApiServer : ApiServerHarness
{
    private KubernetesClientConfiguration? control;

    private string Account => "tenantkit-test-" + Mark;

    private protected override KubernetesClientConfiguration Control => control!;

    /// <summary>The connection of an account that may do everything.</summary>
    private protected abstract Task<KubernetesClientConfiguration> ConnectAsync();

    public override async Task StartAsync()
    {
        var admin = await ConnectAsync();
        Admin = new AdminApi(admin);
        await Admin.DoAsync("POST", "api/v1/namespaces", $$$"""{"metadata":{"name":"{{{Account}}}"}}""");
        await Admin.DoAsync("POST", $"api/v1/namespaces/{Account}/serviceaccounts", $$$"""{"metadata":{"name":"control"}}""");
        var token = await Admin.DoAsync("POST", $"api/v1/namespaces/{Account}/serviceaccounts/control/token", """{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"expirationSeconds":3600}}""");
        control = new KubernetesClientConfiguration
        {
            Host = admin.Host, SslCaCerts = admin.SslCaCerts, SkipTlsVerify = admin.SkipTlsVerify, TlsServerName = admin.TlsServerName, AccessToken = token["status"]!["token"]!.ToString(),
        };
        await Admin.DoAsync("POST", "apis/rbac.authorization.k8s.io/v1/clusterroles", $$"""{"metadata":{"name":"{{Account}}"},"rules":[]}""");
        await Admin.DoAsync("POST", "apis/rbac.authorization.k8s.io/v1/clusterrolebindings", $$"""
            {"metadata":{"name":"{{Account}}"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"{{Account}}"},
             "subjects":[{"kind":"ServiceAccount","name":"control","namespace":"{{Account}}"}]}
            """);
    }

    internal override async Task GrantAsync(IReadOnlyList<RbacRule> rules)
    {
        var role = new JsonObject
        {
            ["rules"] = new JsonArray([.. rules.Where(static rule => rule.Verbs.Count > 0).Select(static rule => (JsonNode)new JsonObject
            {
                ["apiGroups"] = new JsonArray(rule.Group), ["resources"] = new JsonArray(rule.Resource), ["verbs"] = new JsonArray([.. rule.Verbs.Select(static verb => (JsonNode)verb)]),
            })]),
        };
        await Admin.DoAsync("PATCH", $"apis/rbac.authorization.k8s.io/v1/clusterroles/{Account}", role.ToJsonString(), "application/merge-patch+json");

        // The server's own watches tell its authorizer; that takes moments.
        var ours = RightsOf([.. RbacRoles.Control, .. RbacRoles.Logs, .. RbacRoles.Replicas]);
        using var self = new AdminApi(Control);
        for (var since = Stopwatch.GetTimestamp(); ;)
        {
            var review = await self.DoAsync("POST", "apis/authorization.k8s.io/v1/selfsubjectrulesreviews", """{"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectRulesReview","spec":{"namespace":"default"}}""");
            var granted = review["status"]!["resourceRules"]!.AsArray().SelectMany(static rule => RightsOf(rule!)).ToHashSet(StringComparer.Ordinal);
            granted.IntersectWith(ours);
            if (granted.SetEquals(RightsOf(rules)))
            {
                return;
            }

            Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(20), "The server has not taken the rights in.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private static HashSet<string> RightsOf(IReadOnlyList<RbacRule> rules) => [.. rules.SelectMany(static rule => rule.Verbs.Select(verb => $"{verb} {rule.Group}/{rule.Resource}"))];

    private static IEnumerable<string> RightsOf(JsonNode rule) =>
        from verb in rule["verbs"]!.AsArray() from space in rule["apiGroups"]!.AsArray() from resource in rule["resources"]!.AsArray() select $"{verb} {space}/{resource}";

    public override async ValueTask DisposeAsync()
    {
        if (Admin is null)
        {
            return;
        }

        foreach (var path in (string[])[$"apis/rbac.authorization.k8s.io/v1/clusterrolebindings/{Account}", $"apis/rbac.authorization.k8s.io/v1/clusterroles/{Account}", $"api/v1/namespaces/{Account}"])
        {
            await Admin.SendAsync("DELETE", path);
        }

        var (_, mine) = await Admin.SendAsync("GET", $"api/v1/namespaces?labelSelector=tenantkit.io/installation={Options.Installation}");
        foreach (var space in mine?["items"]?.AsArray() ?? [])
        {
            await Admin.SendAsync("DELETE", $"api/v1/namespaces/{space!["metadata"]!["name"]}");
        }

        Admin.Dispose();
    }
}
