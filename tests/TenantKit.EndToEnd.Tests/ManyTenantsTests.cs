using System.Net;
using TenantKit.EndToEnd.Tests.Hosting;

namespace TenantKit.EndToEnd.Tests;

/// <summary>Twenty tenants side by side: each is reachable, none sees another.</summary>
public sealed class ManyTenantsTests(TwentyUsers users, SharedHost shared) : IClassFixture<TwentyUsers>
{
    [Fact]
    public async Task Create_TwentyAtOnce_EachHasOneProcessOfItsOwn()
    {
        Assert.All(users.Tenants, tenant => Assert.Single(tenant.Processes()));
        var statuses = (await shared.Admin.ListStatusAsync()).ToDictionary(status => status.TenantId);

        Assert.All(users.Tenants, tenant => Assert.Equal("ready", Assert.Single(statuses[tenant.User.TenantId].Instances).State));
    }

    [Fact]
    public async Task Call_ByPathHostAndToken_ReachesTheSameApp()
    {
        foreach (var tenant in users.Tenants)
        {
            var byToken = await tenant.WhoAmIAsync();

            Assert.Equal(tenant.User.TenantId, byToken.TenantId);
            Assert.Equal(tenant.User.Id, byToken.UserId);
            Assert.Equal(byToken, await tenant.WhoAmIAsync(prefix: $"/t/{tenant.Name}"));
            Assert.Equal(byToken, await tenant.WhoAmIAsync(host: tenant.HostName));
            Assert.Equal(byToken.ProcessId, Assert.Single(tenant.Processes()));
        }
    }

    [Fact]
    public async Task Data_OfEachTenant_IsItsOwn()
    {
        foreach (var tenant in users.Tenants)
        {
            var before = await tenant.ListOrdersAsync();
            var order = await tenant.PlaceOrderAsync($"customer of {tenant.Name}");
            Assert.Equal(7.00m, order.Total);

            var added = (await tenant.ListOrdersAsync()).ExceptBy(before.Select(known => known.Id), known => known.Id);
            Assert.Equal($"customer of {tenant.Name}", Assert.Single(added).Customer);
        }

        foreach (var tenant in users.Tenants)
        {
            Assert.All(
                (await tenant.ListOrdersAsync()).Where(order => order.Customer.StartsWith("customer of ", StringComparison.Ordinal)),
                order => Assert.Equal($"customer of {tenant.Name}", order.Customer));
        }
    }

    [Fact]
    public async Task Call_WithTheTokenOfAnotherTenant_IsForbidden()
    {
        var (mine, theirs) = (users.Tenants[0], users.Tenants[1]);

        using var byPath = await mine.SendAsync(HttpMethod.Get, $"/t/{theirs.Name}/api/whoami");
        using var byHost = await mine.SendAsync(HttpMethod.Get, "/api/whoami", host: theirs.HostName);

        Assert.Equal(HttpStatusCode.Forbidden, byPath.StatusCode);
        Assert.Contains("not_your_tenant", await byPath.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, byHost.StatusCode);
    }

    [Fact]
    public async Task Call_WithAForgedToken_IsUnauthorized()
    {
        var tenant = users.Tenants[0];

        using var answer = await tenant.SendAsync(HttpMethod.Get, $"/t/{tenant.Name}/api/whoami", otherToken: tenant.Token[..^8] + "AAAAAAAA");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }
}
