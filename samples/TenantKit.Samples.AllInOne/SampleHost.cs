using Microsoft.Extensions.Options;
using TenantKit.Gateway;
using TenantKit.Samples.AllInOne.Starting;
using TenantKit.Samples.Observing;

namespace TenantKit.Samples.AllInOne;

/// <summary>What both hosts of this process have in common, and what they tell each other.</summary>
internal static class SampleHost
{
    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        // The settings file lies beside the program, wherever it is started from.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddOptions<TenantKitOptions>().BindConfiguration(TenantKitOptions.SectionName);
        builder.Services.AddSingleton<IHostLifetime, PairedLifetime>();
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.FromSeconds(60));
        builder.AddAdminLog();
        return builder;
    }

    /// <summary>Takes the gateway's addresses from its own settings, unless others are set: people come through a proxy, for example.</summary>
    public static ITenantKitBuilder FollowGateway(this ITenantKitBuilder builder)
    {
        builder.Services.AddOptions<TenantGatewayOptions>().BindConfiguration(TenantGatewayOptions.SectionName);
        builder.Services.AddOptions<TenantKitOptions>().Configure<IConfiguration, IOptions<TenantGatewayOptions>>(static (kit, configuration, gateway) =>
        {
            var section = configuration.GetSection(TenantKitOptions.SectionName);
            kit.GatewayUrl = section[nameof(kit.GatewayUrl)] ?? gateway.Value.Url;
            kit.RegistrationUrl = section[nameof(kit.RegistrationUrl)] ?? gateway.Value.InternalUrl;
        });
        return builder;
    }
}
