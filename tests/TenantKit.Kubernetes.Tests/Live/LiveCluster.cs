namespace TenantKit.Kubernetes.Tests.Live;

/// <summary>A real cluster, where there is one.</summary>
internal static class LiveCluster
{
    /// <summary>Why there is none; null when there is.</summary>
    public static string? Missing { get; } =
        Environment.GetEnvironmentVariable("KUBECONFIG") is not { Length: > 0 } path ? "No real cluster: KUBECONFIG is not set."
        : path.Split(Path.PathSeparator).Any(File.Exists) ? null
        : $"No real cluster: the file '{path}' of KUBECONFIG does not exist.";

    public static string Image => Environment.GetEnvironmentVariable("TENANTKIT_TEST_IMAGE") is { Length: > 0 } image ? image : "docker.io/library/busybox:1.37";

    public static bool HasMetrics => Environment.GetEnvironmentVariable("TENANTKIT_TEST_METRICS") == "1";

    /// <summary>True when the cluster's network plug-in enforces policies.</summary>
    public static bool HasNetworkPolicies => Environment.GetEnvironmentVariable("TENANTKIT_TEST_NETWORK_POLICIES") == "1";

    public static string? StorageClass => Environment.GetEnvironmentVariable("TENANTKIT_TEST_STORAGE_CLASS") is { Length: > 0 } name ? name : null;
}
