using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TenantKit.Storage;
using TenantKit.Storage.InMemory;

namespace TenantKit.Core.Tests.Storage;

public sealed class StorageRegistrationTests
{
    [Theory]
    [InlineData(typeof(IChangeWriter))]
    [InlineData(typeof(IChangeLog))]
    [InlineData(typeof(ITenantReader))]
    [InlineData(typeof(IUserReader))]
    [InlineData(typeof(ITemplateReader))]
    [InlineData(typeof(IOperationReader))]
    [InlineData(typeof(IAuditReader))]
    public void AddTenantKit_SmallContract_IsServedByTheStore(Type contract)
    {
        var services = Services();
        services.AddTenantKit();
        services.AddTenantKit().UseInMemoryStore().UseInMemoryStore();
        using var provider = services.BuildServiceProvider();

        Assert.IsType<InMemoryTenantStore>(provider.GetRequiredService<ITenantStore>());
        Assert.Same(provider.GetRequiredService<ITenantStore>(), Assert.Single(provider.GetServices(contract)));
    }

    private static IServiceCollection Services() =>
        new ServiceCollection().AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
}
