namespace TenantKit.Kubernetes.Api;

/// <summary>Everything that the orchestrator asks of the API server. The roles are generated from this list.</summary>
internal static class KubeApi
{
    // No patch: it could lower the Pod Security level of a namespace.
    public static readonly ApiResource Namespaces = new("", "v1", "namespaces", "Namespace", "create", "get", "list", "watch", "delete")
    {
        IsNamespaced = false, Why = "a namespace per tenant",
    };

    public static readonly ApiResource ServiceAccounts = new("", "v1", "serviceaccounts", "ServiceAccount", "create", "get", "list", "watch", "patch", "delete")
    {
        Why = "the record of each unit: its account, without rights and without a token",
    };

    public static readonly ApiResource ConfigMaps = new("", "v1", "configmaps", "ConfigMap", "create", "get", "patch") { Why = "the log that is kept over a sleep" };

    // Never get, list or watch; no patch either, as its answer holds the object.
    public static readonly ApiResource Secrets = new("", "v1", "secrets", "Secret", "create") { Why = "instance keys; they go with their pod" };

    public static readonly ApiResource ResourceQuotas = new("", "v1", "resourcequotas", "ResourceQuota", "create", "patch") { Why = "the size of a tenant" };

    public static readonly ApiResource LimitRanges = new("", "v1", "limitranges", "LimitRange", "create", "patch") { Why = "the size of a container" };

    public static readonly ApiResource NetworkPolicies = new("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", "create", "patch")
    {
        Why = "the walls between tenants",
    };

    public static readonly ApiResource DisruptionBudgets = new("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", "create", "patch", "delete")
    {
        Why = "one instance at a time when nodes are drained",
    };

    public static readonly ApiResource VolumeClaims = new("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", "create", "patch") { Why = "the tenant's data" };

    public static readonly ApiResource Services = new("", "v1", "services", "Service", "create", "patch", "delete") { Why = "the address of a dedicated database" };

    public static readonly ApiResource StatefulSets = new("apps", "v1", "statefulsets", "StatefulSet", "create", "patch", "delete") { Why = "dedicated databases" };

    public static readonly ApiResource Jobs = new("batch", "v1", "jobs", "Job", "create") { Why = "schemas on a shared database server" };

    public static readonly ApiResource Pods = new("", "v1", "pods", "Pod", "create", "list", "watch", "delete") { Why = "the instances" };

    public static readonly ApiResource PodResize = new("", "v1", "pods/resize", "Pod", "patch") { Why = "sizes change in place" };

    public static readonly ApiResource PodLog = new("", "v1", "pods/log", "Pod", "get") { Why = "logs, and the output of one-off commands" };

    public static readonly ApiResource Events = new("", "v1", "events", "Event", "list") { Why = "why a tenant is as it is, when somebody asks" };

    public static readonly ApiResource Leases = new("coordination.k8s.io", "v1", "leases", "Lease", "create", "get", "list", "update", "delete") { Why = "which replicas live, with UseLeases" };

    public static readonly ApiResource PodMetrics = new("metrics.k8s.io", "v1beta1", "pods", "PodMetrics", "list") { Why = "usage" };

    /// <summary>What the control plane needs, but for logs: reading them is a role of its own.</summary>
    public static IReadOnlyList<ApiResource> Control { get; } =
    [
        Namespaces, ServiceAccounts, ConfigMaps, Secrets, ResourceQuotas, LimitRanges, NetworkPolicies, DisruptionBudgets, VolumeClaims, Services,
        StatefulSets, Jobs, Pods, PodResize, Events, PodMetrics,
    ];
}
