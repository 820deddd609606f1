using TenantKit.Storage.InMemory;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the in-memory store.</summary>
public static class InMemoryStoreExtensions
{
    /// <summary>Keeps everything in memory: for tests and trials. What is committed is gone with the process.</summary>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static ITenantKitBuilder UseInMemoryStore(this ITenantKitBuilder builder) => builder.UseTenantStore<InMemoryTenantStore>();
}
