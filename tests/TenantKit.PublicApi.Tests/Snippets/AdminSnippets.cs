using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace TenantKit.PublicApi.Tests.Snippets;

/// <summary>The code of src/TenantKit.Admin/README.md.</summary>
internal static class AdminSnippets
{
    public static void Run(string[] args)
    {
        #region admin
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddTenantKit().AddTenantAdmin();

        var app = builder.Build();
        app.MapTenantAdmin();
        app.Run();
        #endregion
    }

    public static void Control(string[] args)
    {
        #region control
        var builder = WebApplication.CreateBuilder(args);
        builder.WebHost.UseTenantControlKestrel();
        builder.Services.AddTenantKit().AddTenantAdmin().AddTenantControl();

        var app = builder.Build();
        app.MapTenantAdmin();
        app.MapTenantControl();
        app.Run();
        #endregion
    }
}
