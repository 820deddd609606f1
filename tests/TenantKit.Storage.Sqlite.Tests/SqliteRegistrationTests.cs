using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace TenantKit.Storage.Sqlite.Tests;

public sealed class SqliteRegistrationTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void UseSqlite_Twice_IsTheOnlyStore()
    {
        using var provider = Build(static builder => builder.UseSqlite().UseSqlite());

        var store = Assert.IsType<SqliteTenantStore>(Assert.Single(provider.GetServices<ITenantStore>()));
        Assert.Same(store, provider.GetRequiredService<IChangeWriter>());
        Assert.Same(store, provider.GetRequiredService<ITenantReader>());
    }

    [Fact]
    public void SqliteStoreOptions_Defaults_AreAsDocumented()
    {
        var options = new SqliteStoreOptions();

        Assert.Null(options.Path);
        Assert.Equal(5, options.BusyTimeoutSeconds);
        Assert.False(options.SurvivePowerLoss);
    }

    [Fact]
    public async Task UseSqlite_Configured_UsesTheFile()
    {
        var file = Path.Combine(folder.Path, "elsewhere", "named.db");
        await using var provider = Build(builder => builder.UseSqlite(options => (options.Path, options.SurvivePowerLoss) = (file, true)));

        await provider.GetRequiredService<ITenantStore>().InitializeAsync(TestContext.Current.CancellationToken);

        Assert.True(File.Exists(file));
    }

    [Fact]
    public void UseSqlite_AbsurdTimeout_IsRefused()
    {
        using var provider = Build(static builder => builder.UseSqlite(static options => options.BusyTimeoutSeconds = 0));

        Assert.Throws<OptionsValidationException>(provider.GetRequiredService<ITenantStore>);
    }

    private ServiceProvider Build(Action<ITenantKitBuilder> use)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection([new("TenantKit:DataDirectory", folder.Path)]).Build());
        use(services.AddTenantKit());
        return services.BuildServiceProvider();
    }
}
