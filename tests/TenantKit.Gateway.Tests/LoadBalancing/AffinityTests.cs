using System.Net;
using TenantKit.Gateway.LoadBalancing;
using TenantKit.Gateway.Tests.Support;
using TenantKit.Routing;

namespace TenantKit.Gateway.Tests.LoadBalancing;

public sealed class AffinityTests
{
    [Fact]
    public async Task Session_WithTheCookie_StaysWithItsInstance()
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync(instances: 3, change: Sticky);
        var (instance, cookie) = await BeginAsync(tenant);

        for (var i = 0; i < 20; i++)
        {
            using var response = await tenant.GetAsync("/echo", ("Cookie", $"mine=1; {cookie}"));
            var echo = await GatewayHost.EchoAsync(response);
            Assert.Equal(instance, echo.Instance);
            Assert.False(response.Headers.Contains("Set-Cookie"));
            Assert.Equal(["mine=1"], echo.Headers["Cookie"]); // the app never sees it
        }
    }

    [Fact]
    public async Task Cookie_OfANewSession_IsForTheGatewayOnlyAndTellsNothing()
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync(instances: 2, change: Sticky);

        using var response = await tenant.GetAsync("/echo");

        var cookie = Assert.Single(response.Headers.GetValues("Set-Cookie"));
        Assert.Matches($"^tk-affinity=[A-Za-z0-9_-]{{22}}; Path=/t/{tenant.Name}; HttpOnly; SameSite=Lax$", cookie);
        Assert.DoesNotContain("instance", cookie, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_WhoseInstanceIsGone_GetsAnotherAndANewCookie()
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync(instances: 2, change: Sticky);
        var (instance, cookie) = await BeginAsync(tenant);
        tenant.Apps.RemoveAll(app => app.InstanceId == instance);
        await tenant.BecomeAsync(RouteState.Active);
        await tenant.ReadyAsync(1);

        using var response = await tenant.GetAsync("/echo", ("Cookie", cookie));

        Assert.Equal(tenant.App.InstanceId, (await GatewayHost.EchoAsync(response)).Instance);
        Assert.NotEqual(cookie, CookieOf(response));
    }

    [Theory]
    [InlineData("tk-affinity=01instance000010")]
    [InlineData("tk-affinity=")]
    [InlineData("tk-affinity=AAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Cookie_ThatNoGatewayMade_IsNoPreference(string forged)
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync(instances: 2, change: Sticky);

        using var response = await tenant.GetAsync("/echo", ("Cookie", forged));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.NotEqual(forged, CookieOf(response));
    }

    [Fact]
    public async Task Cookie_OfTheGatewaysName_IsNotTakenFromTheApp()
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync();

        using var response = await tenant.GetAsync("/plant");

        Assert.False(response.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Users_ByConsistentHash_EachStayWithOneInstance()
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync(instances: 3, change: route => route with { LoadBalancing = "consistent-hash; key=header:X-Cart" });
        var seen = new Dictionary<string, string>();
        for (var i = 0; i < 60; i++)
        {
            var cart = $"cart{i % 20}";
            var instance = (await GatewayHost.EchoAsync(await tenant.GetAsync("/echo", ("X-Cart", cart)))).Instance;
            Assert.Equal(instance, seen.TryGetValue(cart, out var before) ? before : seen[cart] = instance);
        }

        Assert.Equal(3, seen.Values.Distinct().Count());
    }

    [Fact]
    public async Task Instances_ByWeight_GetTheirShares()
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync(instances: 2, change: route => route with { LoadBalancing = $"{LoadBalancingPolicies.WeightedRoundRobin}; weights=3,1" });
        for (var i = 0; i < 40; i++)
        {
            using var response = await tenant.GetAsync("/echo");
        }

        Assert.Equal((30, 10), (tenant.Apps[0].Seen.Count, tenant.Apps[1].Seen.Count));
    }

    private static Route Sticky(Route route) => route with { LoadBalancing = "round-robin; affinity=cookie" };

    private static async Task<(string Instance, string Cookie)> BeginAsync(TestTenant tenant)
    {
        using var response = await tenant.GetAsync("/echo");
        return ((await GatewayHost.EchoAsync(response)).Instance, CookieOf(response));
    }

    private static string CookieOf(HttpResponseMessage response) => Assert.Single(response.Headers.GetValues("Set-Cookie")).Split(';')[0];
}
