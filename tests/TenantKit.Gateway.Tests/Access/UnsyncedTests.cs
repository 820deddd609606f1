using System.Net;
using TenantKit.Gateway.Tests.Support;

namespace TenantKit.Gateway.Tests.Access;

public sealed class UnsyncedTests
{
    [Fact]
    public async Task Table_NotFilledYet_CannotTellAndSaysSo()
    {
        await using var host = await GatewayHost.StartAsync(synced: false);
        var token = host.Tokens.Issue("u", "anything");

        var response = await host.GetAsync("/t/acme/echo", token);
        await GatewayHost.AssertProblemAsync(response, 503, "not_synced");
        Assert.NotNull(response.Headers.RetryAfter);
        await GatewayHost.AssertProblemAsync(await host.GetAsync("/echo", token), 503, "not_synced");
        await GatewayHost.AssertProblemAsync(await host.GetAsync("/t/acme/echo"), 503, "not_synced");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await host.GetAsync("/healthz/ready")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/healthz/live")).StatusCode);
    }

    [Fact]
    public async Task Feed_ThatIsBroken_LeavesKnownTenantsAloneAndCannotTellOfUnknownOnes()
    {
        await using var host = await GatewayHost.StartAsync();
        var known = await host.AddTenantAsync();
        var token = host.Tokens.Issue("u", "01made0meanwhile0000000000");
        await GatewayHost.AssertProblemAsync(await host.GetAsync("/t/made-meanwhile/echo", token), 404, "tenant_not_found");
        host.Feed.Unavailable = true;

        host.Feed.Break();

        await Poll.UntilAsync(async () => (await host.GetAsync("/t/made-meanwhile/echo", token)).StatusCode == HttpStatusCode.ServiceUnavailable);
        Assert.Equal(HttpStatusCode.OK, (await known.GetAsync("/echo")).StatusCode);
        host.Feed.Unavailable = false;
        await Poll.UntilAsync(async () => (await host.GetAsync("/t/made-meanwhile/echo", token)).StatusCode == HttpStatusCode.NotFound);
    }
}
