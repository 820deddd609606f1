using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TenantKit.Agent.Context;
using TenantKit.Agent.Tests.Fakes;

namespace TenantKit.Agent.Tests;

public sealed class TenantAgentOptionsTests
{
    [Fact]
    public async Task Start_WithSeveralMistakes_NamesThemAll()
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => AgentApp.StartAsync(settings: new Dictionary<string, string?>
        {
            ["PORT"] = "99999",
            ["TENANTKIT_INSTANCE_ID"] = "",
            ["TENANTKIT_REGISTRATION_URL"] = "not an address",
        }));

        Assert.Equal(
            [
                "The port is not a number from 1 to 65535. Set it through PORT.",
                "The tenant is set and the instance is not. Set it through TENANTKIT_INSTANCE_ID.",
                "The registration address is no absolute http(s) address. Set it through TENANTKIT_REGISTRATION_URL.",
            ],
            error.Failures);
    }

    [Fact]
    public async Task Context_FromTheEnvironment_TellsTenantInstanceAndData()
    {
        await using var app = await AgentApp.StartAsync(settings: new Dictionary<string, string?> { ["USER_ID"] = "u5", ["DB_NAME"] = "shop", ["TENANTKIT_DATA_DIR"] = "/data/six" });
        var tenant = app.Services.GetRequiredService<ITenantContext>();

        Assert.Equal(("tenant-one", "acme", "instance-two", "u5", "shop", "/data/six"),
            (tenant.TenantId, tenant.TenantName, tenant.InstanceId, tenant.UserId, tenant.DatabaseName, tenant.DataDirectory));
    }

    [Fact]
    public void AddTenantAgent_Twice_AddsNothingTwice()
    {
        var once = new ServiceCollection().AddTenantAgent();
        var twice = new ServiceCollection().AddTenantAgent().AddTenantAgent();

        Assert.Equal(Describe(once), Describe(twice));
    }

    private static IEnumerable<string> Describe(IServiceCollection services) => services
        .Where(service => !service.ServiceType.Namespace!.StartsWith("Microsoft.Extensions.Options", StringComparison.Ordinal) || service.ImplementationType?.Namespace == "TenantKit.Agent")
        .Select(service => $"{service.ServiceType} {service.ImplementationType}");
}
