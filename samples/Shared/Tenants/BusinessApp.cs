using System.Runtime.InteropServices;

namespace TenantKit.Samples.Tenants;

/// <summary>The business app that each tenant runs: the build puts it into the folder <c>tenant-app</c> beside this host.</summary>
internal static class BusinessApp
{
    public static string[] CommandLine { get; } = [Dotnet(), Path.Combine(AppContext.BaseDirectory, "tenant-app", "TenantKit.Samples.TenantApp.dll")];

    // The runtime that runs this host: "dotnet" need not be in PATH, and another version may be.
    private static string Dotnet()
    {
        var mine = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
        return File.Exists(mine) ? mine : "dotnet";
    }
}
