using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using Microsoft.Extensions.DependencyInjection;
using TenantKit.Gateway.Access;
using TenantKit.Gateway.Activity;
using TenantKit.Gateway.Health;
using TenantKit.Gateway.Tests.Support;
using TenantKit.Routing;

namespace TenantKit.Gateway.Tests.Access;

/// <summary>Whoever may no longer be there is cut off within a second, over real connections.</summary>
public sealed class RevocationTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(1);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WebSocket_OfARevokedUser_IsClosedWithinASecondAndNobodyElses()
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync();
        using var eve = await OpenSocketAsync(host, tenant, host.Tokens.Issue("eve", tenant.Id, stamp: "old"));
        using var bob = await OpenSocketAsync(host, tenant, host.Tokens.Issue("bob", tenant.Id, stamp: "old"));
        await EchoAsync(eve);
        await EchoAsync(bob);

        var ended = EndAsync(eve);
        var since = Stopwatch.GetTimestamp();
        host.Feed.Revoke("eve");
        await ended;

        Assert.True(Stopwatch.GetElapsedTime(since) < Bound, $"took {Stopwatch.GetElapsedTime(since)}");
        await EchoAsync(bob);
    }

    [Theory]
    [InlineData(RouteState.Suspended)]
    [InlineData(RouteState.Gone)]
    public async Task WebSocket_OfATenantThatIsLockedOrDeleted_IsClosedWithinASecondAlsoForAdministrators(RouteState state)
    {
        await using var host = await GatewayHost.StartAsync();
        var (tenant, other) = (await host.AddTenantAsync(), await host.AddTenantAsync());
        using var user = await OpenSocketAsync(host, tenant, tenant.Token);
        using var administrator = await OpenSocketAsync(host, tenant, host.Tokens.Issue("root", null, "administrator"));
        using var neighbour = await OpenSocketAsync(host, other, other.Token);
        await EchoAsync(user);
        await EchoAsync(administrator);

        var ended = Task.WhenAll(EndAsync(user), EndAsync(administrator));
        var since = Stopwatch.GetTimestamp();
        await tenant.BecomeAsync(state);
        await ended;

        Assert.True(Stopwatch.GetElapsedTime(since) < Bound, $"took {Stopwatch.GetElapsedTime(since)}");
        await EchoAsync(neighbour);
        await Poll.UntilAsync(() => host.Control.Reports.LastOrDefault()?.Tenants.All(entry => entry.TenantId != tenant.Id || entry.InFlight == 0) == true);
    }

    [Fact]
    public async Task Stream_OfARevokedUser_IsAbortedWithinASecond()
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync();
        using var response = await host.GetAsync($"/t/{tenant.Name}/stream", host.Tokens.Issue("eve", tenant.Id));
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Stop));
        Assert.Equal("data: first", await reader.ReadLineAsync(Stop));

        var since = Stopwatch.GetTimestamp();
        host.Feed.Revoke("eve");
        await Assert.ThrowsAnyAsync<IOException>(() => reader.ReadToEndAsync(Stop));

        Assert.True(Stopwatch.GetElapsedTime(since) < Bound, $"took {Stopwatch.GetElapsedTime(since)}");
    }

    [Fact]
    public async Task Requests_AtTheApp_AreAbortedOnceAndTheAppIsNotBlamed()
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync(instances: 2);
        for (var i = 1; i <= 8; i++)
        {
            var hanging = host.GetAsync($"/t/{tenant.Name}/hang", host.Tokens.Issue($"eve{i}", tenant.Id));
            await Poll.UntilAsync(() => Hangs(tenant) == i);

            host.Feed.Revoke($"eve{i}");

            await Assert.ThrowsAnyAsync<HttpRequestException>(() => hanging);
        }

        Assert.Equal(8, Hangs(tenant));
        Assert.All(host.Services.GetRequiredService<IInstanceHealthView>().Of(tenant.Id), static each => Assert.Equal(InstanceHealthState.Healthy, each.State));
    }

    [Fact]
    public async Task Request_AtTheAppOfATenantThatIsLocked_IsAborted()
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync();
        var hanging = tenant.GetAsync("/hang");
        await Poll.UntilAsync(() => Hangs(tenant) == 1);

        await tenant.BecomeAsync(RouteState.Suspended);

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => hanging);
    }

    [Fact]
    public async Task Request_ThatWaits_IsAbortedForARevokedUserAndAnsweredForALockedTenant()
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync(RouteState.Asleep);
        var eve = host.GetAsync($"/t/{tenant.Name}/echo", host.Tokens.Issue("eve", tenant.Id));
        var bob = host.GetAsync($"/t/{tenant.Name}/echo", host.Tokens.Issue("bob", tenant.Id));
        await Poll.UntilAsync(() => host.Control.Reports.LastOrDefault()?.Tenants.Any(static entry => entry.InFlight == 2) == true);

        host.Feed.Revoke("eve");
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => eve);
        await tenant.BecomeAsync(RouteState.Suspended);

        await GatewayHost.AssertProblemAsync(await bob, 403, "tenant_suspended");
    }

    [Fact]
    public async Task Request_WithARevokedToken_Is401UntilOneOfTheNewStampComes()
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync();
        var (old, fresh) = (host.Tokens.Issue("eve", tenant.Id, stamp: "old"), host.Tokens.Issue("eve", tenant.Id, stamp: "new"));
        await GatewayHost.EchoAsync(await host.GetAsync($"/t/{tenant.Name}/echo", old));

        await RevokeAsync(host, "eve", "new");

        await GatewayHost.AssertProblemAsync(await host.GetAsync($"/t/{tenant.Name}/echo", old), 401, "invalid_token");
        await GatewayHost.AssertProblemAsync(await host.GetAsync("/t/nobody/echo", old), 401, "invalid_token");
        await GatewayHost.AssertProblemAsync(await host.GetAsync($"/t/{tenant.Name}/echo", null, null, ("Cookie", $"tk-session={old}")), 401, "invalid_token");
        await GatewayHost.AssertProblemAsync(await host.GetAsync($"/t/{tenant.Name}/echo", host.Tokens.Issue("eve", tenant.Id)), 401, "invalid_token");
        await GatewayHost.EchoAsync(await host.GetAsync($"/t/{tenant.Name}/echo", fresh));
        await GatewayHost.EchoAsync(await tenant.GetAsync("/echo"));

        await RevokeAsync(host, "eve", null);

        await GatewayHost.AssertProblemAsync(await host.GetAsync($"/t/{tenant.Name}/echo", fresh), 401, "invalid_token");
    }

    [Fact]
    public async Task Request_AfterTheGatewayStartedAnew_IsJudgedByTheListedRevocations()
    {
        await using var host = await GatewayHost.StartAsync(synced: false);
        host.Feed.Revoke("eve", "new");
        host.Feed.MayList.SetResult();
        await Poll.UntilAsync(() => host.Services.GetRequiredService<IRouteRegistry>().IsSynced);
        var tenant = await host.AddTenantAsync();

        await GatewayHost.AssertProblemAsync(await host.GetAsync($"/t/{tenant.Name}/echo", host.Tokens.Issue("eve", tenant.Id, stamp: "old")), 401, "invalid_token");
        await GatewayHost.EchoAsync(await host.GetAsync($"/t/{tenant.Name}/echo", host.Tokens.Issue("eve", tenant.Id, stamp: "new")));
    }

    [Fact]
    public async Task Requests_ThatComeInWhileTheirUserIsRevoked_NeverStay()
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync();
        var random = new SeededRandom();
        for (var round = 0; round < 15; round++)
        {
            var user = $"eve{round}";
            var token = host.Tokens.Issue(user, tenant.Id);
            var requests = Enumerable.Range(0, 20).Select(_ => OutcomeAsync(host.GetAsync($"/t/{tenant.Name}/hang", token))).ToList();
            for (var i = random.Between(0, 200); i > 0; i--)
            {
                await Task.Yield();
            }

            host.Feed.Revoke(user);

            // Each is either refused or cut off; none is left at the app.
            Assert.All(await Task.WhenAll(requests).WaitAsync(TimeSpan.FromSeconds(10), Stop), static outcome => Assert.True(outcome is 0 or 401, $"{outcome}"));
        }

        await Poll.UntilAsync(() => host.Services.GetRequiredService<ActivityTracker>().CutTenant(tenant.Id) == 0);
    }

    [Fact]
    public void Table_OfManyRevocations_ForgetsTheExpiredOnesAndKeepsTheNewest()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var table = new RevocationTable(time);
        for (var i = 0; i < 10_000; i++)
        {
            table.Apply(new RouteList([], i) { Revocations = [Revocation($"u{i}", null, i, time.GetUtcNow().AddHours(1))] });
            time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.InRange(table.Count, 60, 130);
        table.Apply(new RouteList([], 10_002) { Revocations = [Revocation("u1", "b", 10_002, time.GetUtcNow()), Revocation("u1", "a", 10_001, time.GetUtcNow())] });
        Assert.True(table.IsRevoked(Caller("u1", "a")));
        Assert.False(table.IsRevoked(Caller("u1", "b")));
        table.Replace(new RouteList([], 10_003));
        Assert.False(table.IsRevoked(Caller("u1", "a")));
    }

    private static int Hangs(TestTenant tenant) => tenant.Apps.Sum(static app => app.Deliveries.GetValueOrDefault("GET /hang"));

    private static Caller Caller(string userId, string stamp) => new(userId, userId, "user", null, DateTimeOffset.MaxValue, stamp);

    private static Users.Revocation Revocation(string userId, string? stamp, long revision, DateTimeOffset expiresAt) =>
        new() { Id = $"r{revision}", UserId = userId, ValidStamp = stamp, CreatedAt = expiresAt, ExpiresAt = expiresAt, Revision = revision };

    private static async Task RevokeAsync(GatewayHost host, string userId, string? validStamp)
    {
        var revocation = host.Feed.Revoke(userId, validStamp);
        await Poll.UntilAsync(() => host.Services.GetRequiredService<IRouteRegistry>().Revision >= revocation.Revision);
    }

    private static async Task<int> OutcomeAsync(Task<HttpResponseMessage> request)
    {
        try
        {
            using var response = await request;
            return (int)response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    private static async Task<ClientWebSocket> OpenSocketAsync(GatewayHost host, TestTenant tenant, string token)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", "Bearer " + token);
        await socket.ConnectAsync(new Uri($"ws://{host.Url.Authority}/t/{tenant.Name}/ws"), Stop);
        return socket;
    }

    private static async Task EchoAsync(ClientWebSocket socket)
    {
        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, Stop);
        var got = await socket.ReceiveAsync(new byte[64], Stop);
        Assert.Equal(5, got.Count);
    }

    private static async Task EndAsync(ClientWebSocket socket)
    {
        await Assert.ThrowsAnyAsync<WebSocketException>(async () => await socket.ReceiveAsync(new byte[64], Stop));
    }
}
