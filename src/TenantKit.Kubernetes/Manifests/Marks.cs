using System.Globalization;
using k8s.Models;
using TenantKit.Orchestration;

namespace TenantKit.Kubernetes.Manifests;

/// <summary>The labels and annotations of everything that TenantKit makes. Labels find objects; annotations hold what has no length or form.</summary>
internal static class Marks
{
    public const string ManagedBy = "app.kubernetes.io/managed-by";
    public const string Component = "app.kubernetes.io/component";
    public const string Installation = "tenantkit.io/installation";
    public const string Tenant = "tenantkit.io/tenant";
    public const string TenantId = "tenantkit.io/tenant-id";
    public const string UnitName = "tenantkit.io/unit";
    public const string TenantName = "tenantkit.io/tenant-name";
    public const string Generation = "tenantkit.io/generation";
    public const string Token = "tenantkit.io/fencing-token";
    public const string Epoch = "tenantkit.io/restart-epoch";
    public const string Fingerprint = "tenantkit.io/settings";
    public const string InstanceId = "tenantkit.io/instance-id";
    public const string Applied = "tenantkit.io/applied";
    public const string Made = "tenantkit.io/made";
    public const string Manager = "tenantkit";
    public const string App = "app";
    public const string DatabaseServer = "database";
    public const string Command = "command";
    public const string DatabaseJob = "database-job";
    public const string Unit = "unit";
    public const string Replica = "replica";

    /// <summary>Selects the objects of one installation.</summary>
    public static string Selector(KubernetesOptions options) => $"{ManagedBy}={Manager},{Installation}={options.Installation}";

    public static string Selector(KubernetesOptions options, string tenantId) => $"{Selector(options)},{Tenant}={Names.Safe(tenantId)}";

    public static Dictionary<string, string> Labels(string tenantId, string component, KubernetesOptions options) => new(StringComparer.Ordinal)
    {
        ["app.kubernetes.io/name"] = component switch { DatabaseServer => "tenant-database", DatabaseJob => "tenant-database-job", _ => "tenant-app" },
        ["app.kubernetes.io/instance"] = Names.Of(tenantId, options).Base,
        [Component] = component,
        ["app.kubernetes.io/part-of"] = "tenantkit",
        [ManagedBy] = Manager,
        [Installation] = options.Installation,
        [Tenant] = Names.Safe(tenantId),
    };

    public static V1ObjectMeta Metadata(UnitRef unit, string name, string component, KubernetesOptions options) => new()
    {
        Name = name,
        NamespaceProperty = Names.Of(unit, options).Namespace,
        Labels = Labels(unit.TenantId, component, options),
        Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { [TenantId] = unit.TenantId, [UnitName] = unit.Name },
    };

    /// <summary>What the jobs of a tenant are known by in memory, apart from its unit: no id has a slash.</summary>
    public static string JobsOf(string tenantId) => $"{tenantId}/jobs";

    public static bool IsJobs(string key) => key.EndsWith("/jobs", StringComparison.Ordinal);

    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    public static long Number(IDictionary<string, string>? marks, string name) =>
        marks is not null && marks.TryGetValue(name, out var text) && long.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : 0;

    public static string? Text(IDictionary<string, string>? marks, string name) => marks is not null && marks.TryGetValue(name, out var text) ? text : null;
}
