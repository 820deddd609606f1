namespace Microsoft.Extensions.DependencyInjection;

/// <summary>The only builder.</summary>
internal sealed class TenantKitBuilder(IServiceCollection services) : ITenantKitBuilder
{
    public IServiceCollection Services { get; } = services;
}
