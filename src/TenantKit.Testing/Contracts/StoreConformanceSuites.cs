using System.Reflection;

namespace TenantKit.Testing.Contracts;

/// <summary>Which suites a store has to pass.</summary>
public static class StoreConformanceSuites
{
    /// <summary>The suites of the stores that no class of a test assembly derives from.</summary>
    /// <param name="testAssembly">The assembly with a provider's tests.</param>
    /// <returns>The suites that are left out; empty when the provider complies.</returns>
    public static IReadOnlyList<Type> Missing(Assembly testAssembly)
    {
        ArgumentNullException.ThrowIfNull(testAssembly);
        var tested = testAssembly.GetTypes().Where(static type => !type.IsAbstract).ToList();
        return [.. typeof(TenantStoreConformance).Assembly.GetTypes()
            .Where(static type => type.IsAbstract && type.IsSubclassOf(typeof(TenantStoreConformance)))
            .Where(suite => !tested.Exists(type => type.IsSubclassOf(suite)))];
    }
}
