using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TenantKit.Control;
using TenantKit.Gateway.Forwarding;
using TenantKit.Gateway.Resolution;
using TenantKit.Gateway.Tests.Support;
using TenantKit.Routing;

namespace TenantKit.Gateway.Tests;

public sealed class SetupTests
{
    [Fact]
    public void AddTenantGateway_CalledTwice_AddsNothingMore()
    {
        var services = new ServiceCollection();
        services.AddTenantGateway();
        var once = services.Where(IsOurs).Count();
        services.AddTenantGateway();

        Assert.Equal(once, services.Where(IsOurs).Count());
    }

    [Fact]
    public void MapTenantGateway_WithoutAControlPlane_SaysWhatToCall()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddTenantGateway();
        using var app = builder.Build();

        var error = Assert.Throws<InvalidOperationException>(() => app.MapTenantGateway());

        Assert.Equal(
            "No control plane is connected: IRouteFeed is not registered. Call AddTenantGateway().UseInProcessControlPlane(services) or UseRemoteControlPlane(), or register an implementation.",
            error.Message);
    }

    [Fact]
    public void UseInProcessControlPlane_OfAnotherHost_TakesItsServicesAndLeavesThemAlive()
    {
        var tokens = new TokenIssuer();
        var feed = new FakeFeed();
        using var control = new ServiceCollection().AddSingleton<IRouteFeed>(feed).AddSingleton<IControlClient>(new FakeControl(tokens)).BuildServiceProvider();

        var services = new ServiceCollection().AddTenantGateway().UseInProcessControlPlane(control).Services.BuildServiceProvider();

        Assert.Same(feed, services.GetRequiredService<IRouteFeed>());
        Assert.Throws<InvalidOperationException>(() =>
            new ServiceCollection().AddTenantGateway().UseInProcessControlPlane(new ServiceCollection().BuildServiceProvider()));
    }

    [Fact]
    public void UseInProcessControlPlane_TenantsHaveAnotherAddressThanTheListener_ItsHostIsTheGateways()
    {
        using var control = new ServiceCollection().AddSingleton<IRouteFeed>(new FakeFeed()).AddSingleton<IControlClient>(new FakeControl(new TokenIssuer()))
            .Configure<TenantKitOptions>(static kit => kit.GatewayUrl = "https://apps.example.com").BuildServiceProvider();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddTenantGateway().UseInProcessControlPlane(control);
        using var app = builder.Build();
        var http = new DefaultHttpContext();
        http.Request.Headers.Host = "apps.example.com";

        Assert.True(app.Services.GetRequiredService<HostMap>().TryRead(http, out var tenant));
        Assert.Null(tenant);
    }

    [Fact]
    public void UseRouteRegistry_OfAnother_ReplacesTheBuiltIn()
    {
        var services = new ServiceCollection().AddTenantGateway().UseRouteRegistry<OtherRegistry>().Services.BuildServiceProvider();

        Assert.IsType<OtherRegistry>(services.GetRequiredService<IRouteRegistry>());
        Assert.Single(services.GetServices<IRouteRegistry>());
    }

    [Fact]
    public void Options_WithSeveralMistakes_NamesThemAll()
    {
        var services = new ServiceCollection().AddTenantGateway().Services;
        services.AddSingleton<Microsoft.Extensions.Configuration.IConfiguration>(new Microsoft.Extensions.Configuration.ConfigurationBuilder().Build());
        services.Configure<TenantGatewayOptions>(options =>
        {
            options.Url = "nonsense";
            options.BaseDomain = "not a domain";
            options.LoadBalancing = "nope";
            options.MaxWaitingPerTenant = 0;
        });

        var error = Assert.Throws<OptionsValidationException>(() => services.BuildServiceProvider().GetRequiredService<IOptions<TenantGatewayOptions>>().Value);

        foreach (var name in new[] { "Url", "BaseDomain", "LoadBalancing", "MaxWaitingPerTenant" })
        {
            Assert.Contains(name, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void IdentityKey_InAFolder_IsMadeOnceAndReadableByItsOwnerOnly()
    {
        var folder = Directory.CreateTempSubdirectory("tenantkit").FullName;
        try
        {
            var options = Options.Create(new TenantGatewayOptions { KeyDirectory = folder });
            using var first = new IdentityKey(options);
            using var second = new IdentityKey(options);

            Assert.Equal(first.Id, second.Id);
            var file = Assert.Single(Directory.GetFiles(folder));
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead);
                Assert.Contains("chmod 600", Assert.Throws<InvalidOperationException>(() => new IdentityKey(options)).Message, StringComparison.Ordinal);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static bool IsOurs(ServiceDescriptor service) => service.ServiceType.Namespace?.StartsWith("TenantKit", StringComparison.Ordinal) == true
        || service.ImplementationType?.Namespace?.StartsWith("TenantKit", StringComparison.Ordinal) == true;

    private sealed class OtherRegistry : IRouteRegistry
    {
        public event Action<Route>? Changed;

        public bool IsSynced => Changed is null;

        public long Revision => 0;

        public string? Epoch => null;

        public int Count => 0;

        public RouteList Capture() => new([], 0);

        public bool TryGetById(string tenantId, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Route? route) => (route = null) is not null;

        public bool TryGetByName(string tenantName, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Route? route) => (route = null) is not null;

        public void Replace(RouteList list)
        {
        }

        public void Apply(RouteList changes)
        {
        }
    }
}
