using System.Reflection;
using System.Xml.Linq;

namespace TenantKit.PublicApi.Tests;

/// <summary>The packages of the solution, found on disk so that a new one cannot be forgotten.</summary>
internal static class Packages
{
    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<string> Names { get; } =
        [.. Directory.GetFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Where(IsPackable)
            .Select(path => Path.GetFileNameWithoutExtension(path))
            .Order(StringComparer.Ordinal)];

    public static TheoryData<string> All => [.. Names];

    public static Assembly Load(string package) => Assembly.Load(new AssemblyName(package));

    private static bool IsPackable(string project) =>
        !XDocument.Load(project).Descendants("IsPackable").Any(element => element.Value == "false");

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "TenantKit.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("TenantKit.sln is in no folder above the tests. Run them from their build output.");
    }
}
