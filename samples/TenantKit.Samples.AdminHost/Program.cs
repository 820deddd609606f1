using Microsoft.Extensions.Options;
using TenantKit;
using TenantKit.Admin.Gateways;
using TenantKit.Control.Remote;
using TenantKit.Samples.AdminHost;
using TenantKit.Samples.Observing;
using TenantKit.Samples.Starting;
using TenantKit.Samples.Tenants;

return await StartUp.GuardAsync(async () =>
{
    // The settings file lies beside the program, wherever it is started from.
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddAdminLog();

    // Two listeners: the Admin API, and another one for gateways alone.
    builder.WebHost.UseTenantControlKestrel();
    builder.Services.AddTenantKit()
        .UseChosenStore(builder.Configuration)
        .UseChosenOrchestrator(builder.Configuration)
        .AddTenantAdmin()
        .AddTenantControl();

    // gateway-identity.key, which every gateway needs a copy of, is made beside the other shared keys, or in the data directory.
    builder.Services.AddOptions<TenantControlOptions>().PostConfigure<IOptions<TenantKitOptions>>(
        static (control, kit) => control.KeyDirectory ??= kit.Value.KeyDirectory ?? kit.Value.DataDirectory);

    await using var app = builder.Build();
    if (args.Contains("migrate"))
    {
        await ChosenStore.MigrateAsync(app);
        return;
    }

    app.MapTenantAdmin();
    app.MapTenantControl();
    app.MapLocalMetrics();
    await StartUp.RunAsync(app, () => Greeting.Print(app));
});
