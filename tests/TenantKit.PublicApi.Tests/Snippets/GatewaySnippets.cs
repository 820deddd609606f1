using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace TenantKit.PublicApi.Tests.Snippets;

/// <summary>The code of src/TenantKit.Gateway/README.md.</summary>
internal static class GatewaySnippets
{
    public static void Run(string[] args, WebApplication admin)
    {
        #region gateway
        var builder = WebApplication.CreateBuilder(args);
        builder.WebHost.UseTenantGatewayKestrel();
        builder.Services.AddTenantGateway().UseInProcessControlPlane(admin.Services);

        var app = builder.Build();
        app.MapTenantGateway();
        app.MapTenantGatewayInternal();
        app.Run();
        #endregion
    }
}
