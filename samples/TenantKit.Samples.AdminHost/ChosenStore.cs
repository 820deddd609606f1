namespace TenantKit.Samples.AdminHost;

/// <summary>The store that the configuration names: MySQL or MariaDB when <c>TenantKit:MySql:ConnectionString</c> is set, else a SQLite file.</summary>
internal static class ChosenStore
{
    public static ITenantKitBuilder UseChosenStore(this ITenantKitBuilder builder, IConfiguration configuration) =>
        configuration["TenantKit:MySql:ConnectionString"] is { Length: > 0 } ? builder.UseMySql() : builder.UseSqlite();

    /// <summary>What <c>dotnet run -- migrate</c> does. The host's own start does the same unless <c>TenantKit:MySql:MigrateAtStart</c> is false.</summary>
    public static async Task MigrateAsync(WebApplication app)
    {
        var applied = await app.Services.MigrateTenantKitAsync();
        Console.WriteLine(applied.Count == 0 ? "The database is up to date." : $"Applied {string.Join(", ", applied)}.");
    }
}
