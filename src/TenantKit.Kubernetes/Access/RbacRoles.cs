using System.Globalization;
using System.Text;
using TenantKit.Kubernetes.Api;

namespace TenantKit.Kubernetes.Access;

/// <summary>The roles of the control plane, made from the list of what the code calls: nothing more can be granted by mistake, and nothing less.</summary>
internal static class RbacRoles
{
    /// <summary>What the control plane needs on tenants' namespaces.</summary>
    public static IReadOnlyList<RbacRule> Control { get; } = Rules(KubeApi.Control);

    /// <summary>Reading tenants' logs, a role of its own: it shows what tenants' apps print.</summary>
    public static IReadOnlyList<RbacRule> Logs { get; } = Rules([KubeApi.PodLog]);

    /// <summary>Telling which replicas live, in the system namespace alone; needed with <see cref="KubernetesOptions.UseLeases"/>.</summary>
    public static IReadOnlyList<RbacRule> Replicas { get; } = Rules([KubeApi.Leases]);

    /// <summary>The roles as YAML.</summary>
    public static string ToYaml()
    {
        var yaml = new StringBuilder();
        Append(yaml, "ClusterRole", "  name: tenantkit-control\n", Control);
        yaml.Append("---\n");
        Append(yaml, "ClusterRole", "  name: tenantkit-logs\n", Logs);
        yaml.Append("---\n");
        Append(yaml, "Role", "  name: tenantkit-replicas\n  namespace: tenantkit-system\n", Replicas);
        return yaml.ToString();
    }

    private static List<RbacRule> Rules(IEnumerable<ApiResource> resources) =>
        [.. resources.Select(static resource => new RbacRule(resource.Group, resource.Plural, resource.Verbs, resource.Why))];

    private static void Append(StringBuilder yaml, string kind, string metadata, IReadOnlyList<RbacRule> rules)
    {
        yaml.Append(CultureInfo.InvariantCulture, $"apiVersion: rbac.authorization.k8s.io/v1\nkind: {kind}\nmetadata:\n{metadata}rules:\n");
        foreach (var rule in rules)
        {
            yaml.Append(CultureInfo.InvariantCulture, $"# {rule.Why}\n- apiGroups: [\"{rule.Group}\"]\n  resources: [\"{rule.Resource}\"]\n  verbs: [{string.Join(", ", rule.Verbs)}]\n");
        }
    }
}
