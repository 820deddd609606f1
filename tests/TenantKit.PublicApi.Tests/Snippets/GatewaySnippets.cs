using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace TenantKit.PublicApi.Tests.Snippets;

/// <summary>The code of src/TenantKit.Gateway/README.md.</summary>
internal static class GatewaySnippets
{
    public static void Gateway(string[] args, IServiceProvider controlPlane)
    {
        #region gateway
        var builder = WebApplication.CreateBuilder(args);
        builder.WebHost.UseTenantGatewayKestrel();
        builder.Services.AddTenantGateway().UseInProcessControlPlane(controlPlane);
        var app = builder.Build();
        app.MapTenantGatewayInternal();
        app.MapTenantGateway();
        app.Run();
        #endregion
    }

    public static void Remote(string[] args)
    {
        #region remote-gateway
        var builder = WebApplication.CreateBuilder(args);
        builder.WebHost.UseTenantGatewayKestrel(dedicated: true);
        builder.Services.AddTenantGateway().UseRemoteControlPlane();
        var app = builder.Build();
        app.MapTenantGatewayInternal();
        app.MapTenantGateway();
        app.Run();
        #endregion
    }
}
