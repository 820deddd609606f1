using Microsoft.Extensions.DependencyInjection;
using TenantKit.Gateway.LoadBalancing;
using TenantKit.Gateway.Tests.Support;

namespace TenantKit.Gateway.Tests.LoadBalancing;

public sealed class LoadBalancingTests
{
    [Fact]
    public void PowerOfTwoChoices_WithOneSlowInstance_GivesItLess()
    {
        var candidates = new[] { new Candidate("fast") { InFlight = 1 }, new Candidate("slow") { InFlight = 50 }, new Candidate("fast2") { InFlight = 1 } };
        for (var i = 0; i < 3000; i++)
        {
            candidates[Policy(LoadBalancingPolicies.PowerOfTwoChoices).Choose(new LoadBalancingContext("t", candidates, i))].Requests++;
        }

        Assert.Equal(0, candidates[1].Requests);
    }

    [Fact]
    public void Lookup_OfAnUnknownName_SaysWhatThereIs()
    {
        var services = new ServiceCollection().AddTenantGateway().Services;
        services.AddLogging();
        services.AddSingleton<Microsoft.Extensions.Configuration.IConfiguration>(new Microsoft.Extensions.Configuration.ConfigurationBuilder().Build());

        var error = Assert.Throws<InvalidOperationException>(() => services.BuildServiceProvider().GetRequiredService<LoadBalancer>().Get("nope"));

        Assert.Equal(
            "There is no load-balancing policy 'nope'. Add it with AddLoadBalancingPolicy<T>(), or use one of: consistent-hash, least-requests, power-of-two-choices, random, round-robin, weighted-round-robin.",
            error.Message);
    }

    [Fact]
    public async Task Route_ThatNamesAnAddedPolicy_IsBalancedByIt()
    {
        await using var host = await GatewayHost.StartAsync(build: builder => builder.AddLoadBalancingPolicy<AlwaysLast>().AddLoadBalancingPolicy<AlwaysLast>());
        var tenant = await host.AddTenantAsync(instances: 3, change: route => route with { LoadBalancing = "always-last" });

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(tenant.Apps[2].InstanceId, (await GatewayHost.EchoAsync(await tenant.GetAsync("/echo"))).Instance);
        }
    }

    private static readonly IServiceProvider Provider = BuildProvider();

    private static ILoadBalancingPolicy Policy(string name) => Provider.GetServices<ILoadBalancingPolicy>().Single(policy => policy.Name == name);

    private static ServiceProvider BuildProvider() => new ServiceCollection().AddTenantGateway().Services.BuildServiceProvider();

    private sealed class AlwaysLast : ILoadBalancingPolicy
    {
        public string Name => "always-last";

        public int Choose(in LoadBalancingContext context) => context.Candidates.Count - 1;
    }
}
