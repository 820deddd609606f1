using Microsoft.Extensions.DependencyInjection.Extensions;
using TenantKit.Storage;
using TenantKit.Storage.Sqlite;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the SQLite store.</summary>
public static class SqliteStoreExtensions
{
    /// <summary>Keeps everything in one SQLite file: the store for a single host. Replaces the store that was set before; safe to call again.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the settings of the section <c>TenantKit:Sqlite</c>; null leaves them.</param>
    /// <returns>The builder.</returns>
    public static ITenantKitBuilder UseSqlite(this ITenantKitBuilder builder, Action<SqliteStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = builder.Services.AddOptions<SqliteStoreOptions>()
            .BindConfiguration(SqliteStoreOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        builder.Services.Replace(ServiceDescriptor.Singleton<ITenantStore, SqliteTenantStore>());
        return builder;
    }
}
