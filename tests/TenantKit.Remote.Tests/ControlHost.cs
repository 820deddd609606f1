using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using TenantKit.Admin;
using TenantKit.Admin.Gateways;
using TenantKit.Control;
using TenantKit.Gateway.Tests.Support;
using TenantKit.Routing;

namespace TenantKit.Remote.Tests;

/// <summary>A control plane's listener for gateways on a free port, with a feed and a control client that a test plays.</summary>
internal sealed class ControlHost : IAsyncDisposable
{
    public const string Token = "0123456789abcdef0123456789abcdef";

    private readonly WebApplication app;
    private readonly DirectoryInfo folder;

    private ControlHost(WebApplication app, DirectoryInfo folder, FakeFeed feed, FakeControl control)
    {
        this.app = app;
        this.folder = folder;
        Feed = feed;
        Control = control;
        var urls = app.Urls.ToList();
        (AdminUrl, Url) = (new Uri(urls[0]), new Uri(urls[1]));
    }

    public FakeFeed Feed { get; }

    public FakeControl Control { get; }

    public Uri AdminUrl { get; }

    public Uri Url { get; }

    public static async Task<ControlHost> StartAsync(bool listed = true, string? keyDirectory = null)
    {
        var (feed, control) = (new FakeFeed(), new FakeControl(new TokenIssuer()));
        var folder = Directory.CreateTempSubdirectory("tenantkit-remote-");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddTenantKit().AddTenantControl();
        builder.Services.Configure<TenantKitOptions>(options => options.DataDirectory = folder.FullName);
        builder.Services.Configure<TenantAdminOptions>(static options => options.Url = "http://127.0.0.1:0");
        builder.Services.Configure<TenantControlOptions>(options =>
        {
            options.Url = "http://127.0.0.1:0";
            options.Token = keyDirectory is null ? Token : null;
            options.KeyDirectory = keyDirectory;
            options.HeartbeatInterval = TimeSpan.FromMilliseconds(100);
        });
        builder.Services.Replace(ServiceDescriptor.Singleton<IRouteFeed>(feed));
        builder.Services.Replace(ServiceDescriptor.Singleton<IControlClient>(control));
        builder.WebHost.UseTenantControlKestrel();
        var app = builder.Build();
        app.MapTenantControl();
        app.MapGet("/public", static () => "public");
        if (listed)
        {
            feed.MayList.SetResult();
        }

        await app.StartAsync(TestContext.Current.CancellationToken);
        return new ControlHost(app, folder, feed, control);
    }

    public Task StopAsync() => app.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(CancellationToken.None); // Disposing alone does not wait for what writes into the folder.
        await app.DisposeAsync();
        folder.Delete(recursive: true);
    }
}
