using TenantKit.Gateway.Tests.Support;

namespace TenantKit.Gateway.Tests.Edge;

public sealed class EdgeFixture : IAsyncLifetime
{
    internal GatewayHost Host { get; private set; } = null!;

    internal TestTenant Tenant { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Host = await GatewayHost.StartAsync(options => options.MaxRequestBodyBytes = 1 << 20);
        Tenant = await Host.AddTenantAsync();
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
