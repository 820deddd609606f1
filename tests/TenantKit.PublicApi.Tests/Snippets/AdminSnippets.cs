using Microsoft.AspNetCore.Builder;
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
}
