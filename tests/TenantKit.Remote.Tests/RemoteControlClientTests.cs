using System.Net;
using System.Text;
using TenantKit.Control;
using TenantKit.Control.Remote;
using TenantKit.Gateway.Tests.Support;
using TenantKit.Tenants;

namespace TenantKit.Remote.Tests;

/// <summary>The control client over real connections: every call arrives, another replica is asked, strangers stay outside.</summary>
public sealed class RemoteControlClientTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_OfTheContract_ArriveAndAreAnswered()
    {
        await using var host = await ControlHost.StartAsync();
        host.Control.OnWake = _ => new WakeAnswer(WakeOutcome.Accepted, 3);
        host.Control.OnRegister = _ => new RegistrationAnswer(RegistrationOutcome.Stale, "old");
        host.Control.OnSignIn = request => new SignInAnswer(request.UserName + request.Password, TimeSpan.FromMinutes(5), null);
        using var gateway = new GatewaySide([host.Url]);
        var registration = new InstanceRegistration("t", "i", "secret", InstanceClaim.Ready, 80, "/health", "127.0.0.1");

        Assert.Equal(new WakeAnswer(WakeOutcome.Accepted, 3), await gateway.Control.WakeAsync(new WakeRequest("t", "u", "g"), Cancelled));
        Assert.Equal(new RegistrationAnswer(RegistrationOutcome.Stale, "old"), await gateway.Control.RegisterInstanceAsync(registration, Cancelled));
        Assert.Equal(registration, host.Control.Registrations.Single());
        Assert.Equal("ap", (await gateway.Control.SignInAsync(new SignInRequest("a", "p", null), Cancelled)).AccessToken);
        Assert.Equal(TokenIssuer.Issuer, (await gateway.Control.GetAccessTokenKeysAsync(Cancelled)).Issuer);
    }

    [Fact]
    public async Task Wake_WhereOneReplicaIsAway_IsTakenByTheOther()
    {
        await using var away = await ControlHost.StartAsync();
        await using var there = await ControlHost.StartAsync();
        away.Control.Unavailable = true;
        using var gateway = new GatewaySide([away.Url, there.Url]);

        var answer = await gateway.Control.WakeAsync(new WakeRequest("t", "u", "g"), Cancelled);

        Assert.Equal(WakeOutcome.Accepted, answer.Outcome);
        Assert.Equal(new WakeRequest("t", "u", "g"), there.Control.Wakes.Single());
    }

    [Fact]
    public async Task Call_ToAReplicaThatResetsItsConnections_IsTakenByTheOther()
    {
        await using var there = await ControlHost.StartAsync();
        using var resetting = new ResettingListener();
        for (var i = 0; i < 40; i++)
        {
            using var gateway = new GatewaySide([resetting.Url, there.Url]);

            Assert.Equal(WakeOutcome.Accepted, (await gateway.Control.WakeAsync(new WakeRequest("t", "u", "g"), Cancelled)).Outcome);
        }

        Assert.Equal(40, there.Control.Wakes.Count);
        Assert.True(resetting.Taken >= 40, $"{resetting.Taken} connections were reset.");
    }

    [Fact]
    public async Task Call_ToReplicasThatResetTheirConnections_SaysUnavailable()
    {
        using var resetting = new ResettingListener();
        for (var i = 0; i < 40; i++)
        {
            using var gateway = new GatewaySide([resetting.Url]);

            await Assert.ThrowsAsync<ControlPlaneUnavailableException>(() => gateway.Feed.ListAsync(Cancelled));
            await Assert.ThrowsAsync<ControlPlaneUnavailableException>(() => gateway.Control.SignInAsync(new SignInRequest("a", "p", null), Cancelled));
            await Assert.ThrowsAsync<ControlPlaneUnavailableException>(() => gateway.Control.ReportActivityAsync(new ActivityReport("g", 1, [], true), Cancelled));
        }
    }

    [Fact]
    public async Task Call_WhereNoReplicaAnswers_SaysUnavailable()
    {
        var host = await ControlHost.StartAsync();
        using var gateway = new GatewaySide([host.Url]);
        await host.DisposeAsync();

        await Assert.ThrowsAsync<ControlPlaneUnavailableException>(() => gateway.Control.WakeAsync(new WakeRequest("t", "u", "g"), Cancelled));
        await Assert.ThrowsAsync<ControlPlaneUnavailableException>(() => gateway.Control.ReportActivityAsync(new ActivityReport("g", 1, [], true), Cancelled));
        await Assert.ThrowsAsync<ControlPlaneUnavailableException>(() => gateway.Feed.ListAsync(Cancelled));
    }

    [Fact]
    public async Task Report_Always_GoesToEveryReplicaAndALateOneGetsWhatItMissed()
    {
        await using var first = await ControlHost.StartAsync();
        await using var second = await ControlHost.StartAsync();
        second.Control.Unavailable = true;
        using var gateway = new GatewaySide([first.Url, second.Url]);
        var missed = new TenantActivity("missed", DateTimeOffset.UnixEpoch, 0, 0, 4);

        await gateway.Control.ReportActivityAsync(new ActivityReport("g", 1, [missed], true), Cancelled);
        second.Control.Unavailable = false;
        await Poll.UntilAsync(() =>
        {
            _ = gateway.Control.ReportActivityAsync(new ActivityReport("g", 2, [], true), Cancelled);
            return second.Control.Reports.Any(report => report.Tenants.Contains(missed));
        });

        Assert.Equal(missed, first.Control.Reports.First().Tenants.Single());
    }

    [Fact]
    public async Task Call_WithoutTheToken_IsRefusedBeforeItsBodyIsRead()
    {
        await using var host = await ControlHost.StartAsync();
        using var stranger = new GatewaySide([host.Url], "another-token-of-thirty-two-characters");
        using var http = new HttpClient();

        await Assert.ThrowsAsync<ControlPlaneUnavailableException>(() => stranger.Control.WakeAsync(new WakeRequest("t", "u", "g"), Cancelled));
        await Assert.ThrowsAsync<ControlPlaneUnavailableException>(() => stranger.Feed.ListAsync(Cancelled));
        using var answer = await http.PostAsync(new Uri(host.Url, GatewayProtocol.WakePath), new StringContent("no json"), Cancelled);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("gateway_unauthenticated", await answer.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.Empty(host.Control.Wakes);
    }

    [Theory]
    [InlineData("{\"tenantId\":\"t\"}", "application/json", 400)]
    [InlineData("null", "application/json", 400)]
    [InlineData("{}", "text/plain", 415)]
    [InlineData(null, "application/json", 413)]
    public async Task Body_ThatIsNotWhatACallTakes_IsRefused(string? body, string type, int status)
    {
        await using var host = await ControlHost.StartAsync();
        using var http = new HttpClient();
        http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Gateway {ControlHost.Token}");
        using var content = new StringContent(body ?? new string(' ', 70_000), Encoding.UTF8, type);

        using var answer = await http.PostAsync(new Uri(host.Url, GatewayProtocol.WakePath), content, Cancelled);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Empty(host.Control.Wakes);
    }

    [Fact]
    public async Task Listeners_EachHaveTheirOwnEndpointsOnly()
    {
        await using var host = await ControlHost.StartAsync();
        using var http = new HttpClient();
        http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Gateway {ControlHost.Token}");

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(host.Url, GatewayProtocol.AccessTokenKeysPath), Cancelled)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(new Uri(host.AdminUrl, GatewayProtocol.AccessTokenKeysPath), Cancelled)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(host.AdminUrl, "/public"), Cancelled)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(new Uri(host.Url, "/public"), Cancelled)).StatusCode);
    }
}
