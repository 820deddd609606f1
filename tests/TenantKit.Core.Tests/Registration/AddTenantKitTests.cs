using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using TenantKit.Orchestration;
using TenantKit.Orchestration.InMemory;
using TenantKit.Routing;
using TenantKit.Storage;
using TenantKit.Storage.InMemory;

namespace TenantKit.Core.Tests.Registration;

public sealed class AddTenantKitTests
{
    [Fact]
    public void AddTenantKit_Alone_BringsADefaultForEverything()
    {
        using var host = Build(static _ => { });

        Assert.IsType<InMemoryTenantStore>(host.Services.GetRequiredService<ITenantStore>());
        Assert.Same(host.Services.GetRequiredService<ITenantStore>(), host.Services.GetRequiredService<ITenantReader>());
        Assert.IsType<InMemoryOrchestrator>(host.Services.GetRequiredService<IContainerOrchestrator>());
    }

    [Fact]
    public void AddTenantKit_Twice_IsTheSameAsOnce()
    {
        var once = new ServiceCollection();
        once.AddTenantKit();
        var twice = new ServiceCollection();
        twice.AddTenantKit();
        twice.AddTenantKit();

        // Options may be validated twice; services and workers must not double.
        static IEnumerable<string> Own(ServiceCollection services) => services
            .Where(static service => !service.ServiceType.Namespace!.StartsWith("Microsoft.Extensions.Options", StringComparison.Ordinal))
            .Select(static service => $"{service.ServiceType} {service.ImplementationType}");
        Assert.Equal(Own(once), Own(twice));
    }

    [Fact]
    public void UseTenantStore_ReplacesTheStoreBehindEveryContract()
    {
        using var host = Build(static builder => builder.UseTenantStore<OtherStore>());

        Assert.IsType<OtherStore>(host.Services.GetRequiredService<ITenantStore>());
        Assert.IsType<OtherStore>(host.Services.GetRequiredService<IChangeWriter>());
        Assert.IsType<OtherStore>(host.Services.GetRequiredService<IUserReader>());
    }

    [Fact]
    public void UseOrchestrator_ReplacesTheOrchestrator()
    {
        var other = new InMemoryOrchestrator(options: new InMemoryOrchestratorOptions());
        using var host = Build(builder =>
        {
            builder.UseOrchestrator<InMemoryOrchestrator>();
            builder.Services.AddSingleton(other);
        });

        Assert.Single(host.Services.GetServices<IContainerOrchestrator>());
    }

    [Fact]
    public void Options_OutOfRange_AreToldAllAtOnceWhenTheHostStarts()
    {
        using var host = Build(static builder => builder.Services.Configure<TenantKitOptions>(static options =>
        {
            options.Workers = 0;
            options.DataDirectory = "";
            options.GatewayUrl = "not an address";
        }));

        var exception = Assert.Throws<OptionsValidationException>(() => host.Services.GetRequiredService<IOptions<TenantKitOptions>>().Value);

        Assert.Equal(3, exception.Failures.Count());
    }

    private static IHost Build(Action<ITenantKitBuilder> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        configure(builder.Services.AddTenantKit());
        return builder.Build();
    }
}
