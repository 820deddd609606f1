using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TenantKit.Diagnostics;
using TenantKit.Storage;
using TenantKit.Storage.MySql;
using TenantKit.Storage.MySql.Retention;
using TenantKit.Storage.MySql.Schema;
using TenantKit.Storage.MySql.Secrets;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the MySQL store.</summary>
public static class MySqlStoreExtensions
{
    /// <summary>Keeps everything in a MySQL or MariaDB database, which any number of replicas may share. Replaces the store that was set before; safe to call again.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="connectionString">See <see cref="MySqlStoreOptions.ConnectionString"/>.</param>
    /// <param name="configure">Changes the settings of the section <c>TenantKit:MySql</c>; null leaves them.</param>
    /// <returns>The builder.</returns>
    public static ITenantKitBuilder UseMySql(this ITenantKitBuilder builder, string connectionString, Action<MySqlStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        return builder.UseMySql(options =>
        {
            options.ConnectionString = connectionString;
            configure?.Invoke(options);
        });
    }

    /// <summary>Keeps everything in a MySQL or MariaDB database, which any number of replicas may share. Replaces the store that was set before; safe to call again.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the settings of the section <c>TenantKit:MySql</c>; null leaves them.</param>
    /// <returns>The builder.</returns>
    public static ITenantKitBuilder UseMySql(this ITenantKitBuilder builder, Action<MySqlStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = builder.Services.AddOptions<MySqlStoreOptions>()
            .BindConfiguration(MySqlStoreOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        var services = builder.Services;
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MySqlStoreOptions>, MySqlStoreOptionsValidator>());
        services.TryAddSingleton<IRecordSecrets>(static provider => new RecordSecrets(new Lazy<IDataProtectionProvider>(
            () => KeyRing.Open(provider.GetRequiredService<IOptions<MySqlStoreOptions>>().Value, provider.GetService<ILoggerFactory>()))));
        services.TryAddSingleton(static provider => new MySqlStoreProvider(
            provider.GetRequiredService<IOptions<MySqlStoreOptions>>().Value, provider.GetRequiredService<IRecordSecrets>(), provider.GetRequiredService<IIdSource>(),
            provider.GetRequiredService<IRandomSource>(), provider.GetRequiredService<TimeProvider>(), provider.GetService<ILoggerFactory>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, RetentionWorker>());
        services.Replace(ServiceDescriptor.Singleton<ITenantStore, MySqlTenantStore>());
        return builder;
    }

    /// <summary>
    /// Keeps everything in the database of the host's own context, beside the host's tables: TenantKit's begin with <c>tenantkit_</c>, and so does
    /// its history of migrations. Replaces the store that was set before; safe to call again.
    /// </summary>
    /// <typeparam name="TContext">The host's context, registered with a connection string of MySQL or MariaDB.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static ITenantKitBuilder UseMySql<TContext>(this ITenantKitBuilder builder)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.UseMySql();
        builder.Services.AddOptions<MySqlStoreOptions>().Configure<IServiceScopeFactory>(static (options, scopes) =>
        {
            using var scope = scopes.CreateScope();
            options.ConnectionString = scope.ServiceProvider.GetRequiredService<TContext>().Database.GetConnectionString();
        });
        return builder;
    }

    /// <summary>Brings the database to the schema of this version: what <c>dotnet run -- migrate</c> does. Of many that call it at once, one works and the others wait.</summary>
    /// <param name="services">The services of a host that was built, and need not run.</param>
    /// <param name="cancellationToken">Ends the wait; a migration that has begun is not taken back.</param>
    /// <returns>The migrations that were applied; empty when there was nothing to do.</returns>
    /// <exception cref="StoreUnavailableException">The database cannot be reached or may not be changed; the message says what to do.</exception>
    public static async Task<IReadOnlyList<string>> MigrateTenantKitAsync(this IServiceProvider services, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(services);
        var provider = services.GetService<MySqlStoreProvider>()
            ?? throw new InvalidOperationException("There is nothing to migrate by command: this host does not use the MySQL store. Call UseMySql() on its builder.");
        try
        {
            return await MySqlSchema.MigrateAsync(provider, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not StoreUnavailableException && provider.Explain(exception) is { } explained)
        {
            throw explained;
        }
    }
}
