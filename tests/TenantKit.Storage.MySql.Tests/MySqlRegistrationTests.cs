using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using TenantKit.Storage.MySql.Retention;

namespace TenantKit.Storage.MySql.Tests;

public sealed class MySqlRegistrationTests
{
    private const string Local = "Server=localhost;Database=kit";

    [Fact]
    public async Task UseMySql_Twice_IsTheOnlyStore()
    {
        await using var provider = Build(static builder => builder.UseMySql(Local).UseMySql(Local));

        var store = Assert.IsType<MySqlTenantStore>(Assert.Single(provider.GetServices<ITenantStore>()));
        Assert.Same(store, provider.GetRequiredService<IChangeWriter>());
        Assert.Single(provider.GetServices<IHostedService>().OfType<RetentionWorker>());
    }

    [Fact]
    public void MySqlStoreOptions_Defaults_AreAsDocumented()
    {
        var options = new MySqlStoreOptions();

        Assert.Equal((null, null, true, false), (options.ConnectionString, options.MigrationConnectionString, options.MigrateAtStart, options.AllowInsecureConnection));
        Assert.Equal((50, 5, 15, TimeSpan.FromMilliseconds(200)), (options.MaxConnections, options.ConnectTimeoutSeconds, options.CommandTimeoutSeconds, options.PollInterval));
        Assert.Equal((null, null, null), (options.KeyRingDirectory, options.KeyCertificateFile, options.KeyCertificatePassword));
        Assert.Equal((TimeSpan.FromMinutes(10), TimeSpan.FromDays(30), TimeSpan.FromDays(30)), (options.Retention.Interval, options.Retention.Tombstones, options.Retention.Operations));
        Assert.Equal((TimeSpan.FromDays(400), TimeSpan.FromDays(2), 100_000, 500), (options.Retention.Audit, options.Retention.RememberedAnswers, options.Retention.ChangeLogRevisions, options.Retention.BatchSize));
    }

    [Theory]
    [InlineData(null, "TenantKit:MySql:ConnectionString is not set. Set it to 'Server=…;Database=…;User ID=…;Password=…', or pass it to UseMySql().")]
    [InlineData("Server=localhost", "TenantKit:MySql:ConnectionString names no database. Add 'Database=…'.")]
    [InlineData("Server=db.example;Database=kit;SslMode=None", "TenantKit:MySql:ConnectionString turns TLS off for 'db.example', which is not on this machine. Remove SslMode=None, or set TenantKit:MySql:AllowInsecureConnection to true.")]
    public async Task UseMySql_WrongConnection_SaysWhatToDo(string? connection, string expected)
    {
        await using var provider = Build(builder => builder.UseMySql(options => options.ConnectionString = connection));

        var exception = Assert.Throws<OptionsValidationException>(provider.GetRequiredService<ITenantStore>);

        Assert.Equal([expected], exception.Failures);
    }

    [Fact]
    public async Task UseMySql_OwnContext_TakesItsConnection()
    {
        await using var provider = Build(static builder =>
        {
            builder.Services.AddDbContext<HostContext>(static options => options.UseMySql(Local, new MySqlServerVersion(new Version(8, 0))));
            builder.UseMySql<HostContext>();
        });

        Assert.Contains("Database=kit", provider.GetRequiredService<IOptions<MySqlStoreOptions>>().Value.ConnectionString, StringComparison.OrdinalIgnoreCase);
        Assert.IsType<MySqlTenantStore>(provider.GetRequiredService<ITenantStore>());
    }

    private static ServiceProvider Build(Action<ITenantKitBuilder> use)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build()).AddLogging();
        use(services.AddTenantKit());
        return services.BuildServiceProvider();
    }

    private sealed class HostContext(DbContextOptions<HostContext> options) : DbContext(options);
}
