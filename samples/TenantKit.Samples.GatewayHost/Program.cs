using Microsoft.Extensions.Options;
using TenantKit;
using TenantKit.Gateway;
using TenantKit.Samples.Observing;
using TenantKit.Samples.Starting;

return await StartUp.GuardAsync(async () =>
{
    // The settings file lies beside the program, wherever it is started from.
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddAdminLog(toFile: false);

    // Two listeners: the entrance for everybody, and another one for the tenants' instances.
    builder.WebHost.UseTenantGatewayKestrel(dedicated: true);
    builder.Services.AddTenantGateway().UseRemoteControlPlane();

    // For the clients to be let go, and for what they have asked already.
    builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.FromSeconds(40));

    // The admin host's gateway-identity.key: on the same machine where that one keeps it, on another one a copy of it in this folder.
    var data = builder.Configuration["TenantKit:DataDirectory"] ?? new TenantKitOptions().DataDirectory;
    // What it knows is kept in a folder of its own: so it serves at once when it starts while the admin host is away.
    builder.Services.PostConfigure<TenantGatewayOptions>(gateway =>
    {
        gateway.KeyDirectory ??= data;
        gateway.SnapshotDirectory ??= Path.Combine(data, $"gateway-{gateway.Url.Split(':')[^1].TrimEnd('/')}");
    });

    await using var app = builder.Build();
    app.MapTenantGateway();
    app.MapTenantGatewayInternal();
    app.MapLocalMetrics().RequireTenantGatewayInternal();
    await StartUp.RunAsync(app, () =>
        Console.WriteLine($"TenantKit's gateway is ready on {app.Services.GetRequiredService<IOptions<TenantGatewayOptions>>().Value.Url}. Press Ctrl-C to stop."));
});
