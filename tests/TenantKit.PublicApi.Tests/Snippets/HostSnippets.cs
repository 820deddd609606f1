using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using TenantKit.Templates;

namespace TenantKit.PublicApi.Tests.Snippets;

/// <summary>The code of a host in README.md.</summary>
internal static class HostSnippets
{
    public static async Task RunAsync(string[] args)
    {
        #region host
        var adminBuilder = WebApplication.CreateBuilder(args);
        adminBuilder.WebHost.UseUrls("http://127.0.0.1:5080");
        adminBuilder.Services.AddTenantKit()
            .UseSqlite()
            .UseLocalProcesses(processes => processes.Images["orders"] = ["dotnet", "/srv/orders/Orders.dll"])
            .AddTemplate(new Template { Name = "default", Version = 1, Image = "orders", CreatedAt = default })
            .AddTenantAdmin();
        await using var admin = adminBuilder.Build();
        admin.MapTenantAdmin();

        var gatewayBuilder = WebApplication.CreateBuilder(args);
        gatewayBuilder.WebHost.UseTenantGatewayKestrel();
        gatewayBuilder.Services.AddTenantGateway().UseInProcessControlPlane(admin.Services);
        await using var gateway = gatewayBuilder.Build();
        gateway.MapTenantGatewayInternal();
        gateway.MapTenantGateway();

        await admin.StartAsync();
        await gateway.RunAsync();
        await admin.StopAsync();
        #endregion
    }
}
