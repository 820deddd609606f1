using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using TenantKit.Agent.Caller;
using TenantKit.Agent.Context;

namespace TenantKit.PublicApi.Tests.Snippets;

/// <summary>The code of a tenant's app in README.md.</summary>
internal static class AppSnippets
{
    public static void Run(string[] args)
    {
        #region app
        var builder = WebApplication.CreateBuilder(args);
        builder.AddTenantAgent();

        var app = builder.Build();
        app.MapTenantAgent();
        app.MapGet("/", (ITenantContext tenant, ICallerContext caller) => $"{caller.Caller!.UserName} at {tenant.TenantName}")
            .RequireAuthorization();
        app.Run();
        #endregion
    }
}
