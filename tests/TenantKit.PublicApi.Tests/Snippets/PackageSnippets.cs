using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace TenantKit.PublicApi.Tests.Snippets;

/// <summary>The code of src/TenantKit.Admin/README.md and src/TenantKit.Gateway/README.md.</summary>
internal static class PackageSnippets
{
    public static void Admin(string[] args)
    {
        #region admin
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddTenantKit().AddTenantAdmin();
        var app = builder.Build();
        app.MapTenantAdmin();
        app.Run();
        #endregion
    }

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
}
