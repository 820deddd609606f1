using k8s;

namespace TenantKit.Kubernetes.Tests;

/// <summary>Compares with a file beside the tests. TENANTKIT_ACCEPT_GOLDEN=1 writes the files anew.</summary>
internal static class GoldenFile
{
    public static void Verify(string name, params IEnumerable<object> manifests) => VerifyText(name, string.Join("---\n", manifests.Select(static manifest => KubernetesYaml.Serialize(manifest).TrimEnd() + "\n")));

    public static void VerifyText(string name, string text)
    {
        var path = Path.Combine(Folder(), name);
        if (Environment.GetEnvironmentVariable("TENANTKIT_ACCEPT_GOLDEN") == "1")
        {
            File.WriteAllText(path, text);
        }

        Assert.True(File.Exists(path), $"{path} is missing. Run with TENANTKIT_ACCEPT_GOLDEN=1 and look at what it writes.");
        Assert.Equal(File.ReadAllText(path), text);
    }

    private static string Folder() => Path.Combine(Root(), "tests", "TenantKit.Kubernetes.Tests", "Golden");

    /// <summary>The folder of the solution.</summary>
    public static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "TenantKit.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("TenantKit.sln is in no folder above the tests.");
    }
}
