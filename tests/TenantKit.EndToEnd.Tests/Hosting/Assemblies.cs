using System.Reflection;

namespace TenantKit.EndToEnd.Tests.Hosting;

/// <summary>Where the build put what is tested.</summary>
internal static class Assemblies
{
    public static string Metadata(string key) =>
        typeof(Assemblies).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
