using DotNet.Testcontainers.Builders;
using Testcontainers.K3s;

namespace TenantKit.Kubernetes.Tests.Live;

/// <summary>A real cluster, where there is one: that of KUBECONFIG, or K3s in Docker when TENANTKIT_TEST_K3S asks for it.</summary>
internal static class LiveCluster
{
    private const string DefaultK3s = "docker.io/rancher/k3s:v1.34.1-k3s1";
    private static readonly Lazy<Task<(string Path, string? Missing)>> Found = new(FindAsync);

    public static string Image => Environment.GetEnvironmentVariable("TENANTKIT_TEST_IMAGE") is { Length: > 0 } image ? image : "docker.io/library/busybox:1.37";

    public static bool HasMetrics => Environment.GetEnvironmentVariable("TENANTKIT_TEST_METRICS") == "1";

    /// <summary>True when the cluster's network plug-in enforces policies.</summary>
    public static bool HasNetworkPolicies => Environment.GetEnvironmentVariable("TENANTKIT_TEST_NETWORK_POLICIES") == "1";

    public static string? StorageClass => Environment.GetEnvironmentVariable("TENANTKIT_TEST_STORAGE_CLASS") is { Length: > 0 } name ? name : null;

    /// <summary>The kubeconfig of the cluster; skips the test, with the reason, when there is none.</summary>
    public static async Task<string> ConnectAsync()
    {
        var (path, missing) = await Found.Value;
        Assert.SkipWhen(missing is not null, missing ?? "");
        return path;
    }

    private static async Task<(string Path, string? Missing)> FindAsync()
    {
        if (Environment.GetEnvironmentVariable("KUBECONFIG") is { Length: > 0 } named)
        {
            return named.Split(Path.PathSeparator).FirstOrDefault(File.Exists) is { } path ? (path, null) : ("", $"No real cluster: the file '{named}' of KUBECONFIG does not exist.");
        }

        return Environment.GetEnvironmentVariable("TENANTKIT_TEST_K3S") is { Length: > 0 } k3s
            ? await StartK3sAsync(k3s == "1" ? DefaultK3s : k3s)
            : ("", "No real cluster: KUBECONFIG is not set. Set it, or TENANTKIT_TEST_K3S=1 to start K3s in Docker.");
    }

    /// <summary>It ends with the tests: Testcontainers removes it, even when they are killed.</summary>
    private static async Task<(string Path, string? Missing)> StartK3sAsync(string image)
    {
        try
        {
            var container = new K3sBuilder(image).Build();
            await container.StartAsync();
            var path = Path.Combine(Directory.CreateTempSubdirectory("tenantkit-k3s-").FullName, "kubeconfig");
            await File.WriteAllTextAsync(path, await container.GetKubeconfigAsync());
            return (path, null);
        }
        catch (DockerUnavailableException exception)
        {
            return ("", $"No real cluster: TENANTKIT_TEST_K3S is set, but there is no Docker: {exception.Message}");
        }
    }
}
