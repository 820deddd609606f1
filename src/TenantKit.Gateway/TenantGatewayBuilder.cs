namespace Microsoft.Extensions.DependencyInjection;

/// <summary>The only builder.</summary>
internal sealed class TenantGatewayBuilder(IServiceCollection services) : ITenantGatewayBuilder
{
    public IServiceCollection Services { get; } = services;
}
