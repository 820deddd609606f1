using Microsoft.Extensions.Options;
using TenantKit;
using TenantKit.Gateway;
using TenantKit.Samples.AllInOne;
using TenantKit.Samples.AllInOne.Starting;
using TenantKit.Samples.Observing;
using TenantKit.Samples.Starting;
using TenantKit.Samples.Tenants;

return await StartUp.GuardAsync(async () =>
{
    // The admin host: the control plane, its store, and local processes that run one business app per tenant.
    var adminBuilder = SampleHost.CreateBuilder(args);
    adminBuilder.Services.AddTenantKit()
        .UseSqlite()
        .UseChosenOrchestrator(adminBuilder.Configuration)
        .AddTenantAdmin()
        .FollowGateway();
    await using var admin = adminBuilder.Build();
    Preflight.Check(admin);
    admin.MapTenantAdmin();
    admin.MapLocalMetrics();

    // The gateway host: the one entrance for all tenants. Here it calls the control plane directly; it could be elsewhere as well.
    var gatewayBuilder = SampleHost.CreateBuilder(args);
    gatewayBuilder.WebHost.UseTenantGatewayKestrel();
    gatewayBuilder.Services.AddTenantGateway().UseInProcessControlPlane(admin.Services);
    gatewayBuilder.Services.AddOptions<TenantGatewayOptions>().PostConfigure<IOptions<TenantKitOptions>>(
        static (gateway, kit) => gateway.KeyDirectory ??= kit.Value.DataDirectory);
    await using var gateway = gatewayBuilder.Build();
    gateway.MapTenantGateway();
    gateway.MapTenantGatewayInternal();
    gateway.MapLocalMetrics().RequireTenantGatewayInternal();

    await HostPair.RunAsync(admin, gateway);
});
