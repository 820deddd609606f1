using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using TenantKit.Agent.Context;

namespace TenantKit.Samples.TenantApp.Store;

/// <summary>Adds the tenant's database.</summary>
internal static class StoreExtensions
{
    public static void AddStore(this WebApplicationBuilder builder)
    {
        builder.Services.AddDbContextFactory<AppDbContext>(static (services, options) =>
        {
            var path = AppDatabase.GetPath(services.GetRequiredService<ITenantContext>());
            options.UseSqlite(new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 15 }.ToString()).AddInterceptors(new ConnectionSettings());
        });
        builder.Services.AddSingleton<AppDatabase>();
        builder.Services.AddSingleton<DatabaseStartup>();
        builder.Services.AddHostedService(static services => services.GetRequiredService<DatabaseStartup>());
        builder.Services.AddHealthChecks().AddCheck<DatabaseStartup>("database");
    }
}
