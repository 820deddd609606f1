using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TenantKit.Control;
using TenantKit.Gateway;
using TenantKit.Gateway.Remote;
using TenantKit.Routing;

namespace TenantKit.Remote.Tests;

/// <summary>What a gateway has of a remote control plane.</summary>
internal sealed class GatewaySide : IDisposable
{
    private readonly ServiceProvider services;

    public GatewaySide(IEnumerable<Uri> addresses, string token = ControlHost.Token, string? keyDirectory = null)
    {
        var collection = new ServiceCollection();
        collection.AddLogging();
        collection.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        collection.AddTenantGateway().UseRemoteControlPlane(options =>
        {
            foreach (var address in addresses)
            {
                options.Addresses.Add(address.ToString());
            }

            options.Token = token;
            options.CallTimeout = TimeSpan.FromSeconds(2);
            options.SilenceTimeout = TimeSpan.FromSeconds(1);
        });
        collection.Configure<TenantGatewayOptions>(options => options.KeyDirectory = keyDirectory);
        services = collection.BuildServiceProvider();
    }

    public IRouteFeed Feed => services.GetRequiredService<IRouteFeed>();

    public IControlClient Control => services.GetRequiredService<IControlClient>();

    public RemoteControlPlaneOptions Options => services.GetRequiredService<Microsoft.Extensions.Options.IOptions<RemoteControlPlaneOptions>>().Value;

    public void Dispose() => services.Dispose();
}
