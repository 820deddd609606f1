using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TenantKit.Control;
using TenantKit.Gateway.Activation;
using TenantKit.Gateway.Tests.Support;
using TenantKit.Routing;

namespace TenantKit.Gateway.Tests.Activation;

public sealed class ActivationTests
{
    private static readonly (string, string) Html = ("Accept", "text/html");

    [Fact]
    public async Task Requests_FiftyToOneSleepingTenant_WakeItOnceAndAreAllAnswered()
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync(RouteState.Asleep);
        host.Control.OnWake = request =>
        {
            _ = tenant.BecomeAsync(RouteState.Active);
            return new WakeAnswer(WakeOutcome.Accepted);
        };

        var responses = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => tenant.GetAsync("/echo")));

        Assert.All(responses, response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.Equal((tenant.Id, 1), (host.Control.Wakes.First().TenantId, host.Control.Wakes.Count));
        Assert.Equal(0, host.Services.GetRequiredService<WaitingRoom>().Count);
    }

    [Fact]
    public async Task Request_AfterTheDecisionToSleep_WakesInsteadOfReachingTheOldInstance()
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync();
        await tenant.BecomeAsync(RouteState.Asleep, route => route with { Instances = [tenant.App.Instance with { Draining = true }] });

        var waiting = tenant.GetAsync("/echo");
        await Poll.UntilAsync(() => !host.Control.Wakes.IsEmpty);
        Assert.Empty(tenant.App.Seen);
        await tenant.BecomeAsync(RouteState.Active);

        Assert.Equal(HttpStatusCode.OK, (await waiting).StatusCode);
    }

    [Fact]
    public async Task Wake_NotAcknowledged_IsRepeatedUntilItIs()
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync(RouteState.Asleep);
        await host.AddTenantAsync().ContinueWith(other => other.Result.GetAsync("/echo"), TaskScheduler.Default).Unwrap(); // fetches the keys
        host.Control.Unavailable = true;

        var waiting = tenant.GetAsync("/echo");
        await Poll.UntilAsync(() => host.Services.GetRequiredService<WaitingRoom>().Count == 1);
        host.Control.OnWake = request =>
        {
            _ = tenant.BecomeAsync(RouteState.Active);
            return new WakeAnswer(WakeOutcome.Accepted);
        };
        host.Control.Unavailable = false;

        Assert.Equal(HttpStatusCode.OK, (await waiting).StatusCode);
    }

    [Fact]
    public async Task Hold_OfATenantThatNeverGetsReady_EndsIn503()
    {
        await using var host = await GatewayHost.StartAsync(options => options.HoldTimeout = TimeSpan.FromMilliseconds(300));
        var tenant = await host.AddTenantAsync(RouteState.Asleep);

        var response = await tenant.GetAsync("/echo");

        await GatewayHost.AssertProblemAsync(response, 503, "tenant_starting");
        Assert.InRange(response.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 5, 15);
    }

    [Fact]
    public async Task WaitingRoom_Full_Is503AndFreedByThoseWhoLeave()
    {
        await using var host = await GatewayHost.StartAsync(options => options.MaxWaitingPerTenant = 2);
        var tenant = await host.AddTenantAsync(RouteState.Asleep);
        var room = host.Services.GetRequiredService<WaitingRoom>();
        using var leave = new CancellationTokenSource();
        Task<HttpResponseMessage> WaitAsync()
        {
            var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host.Url, "/echo"));
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {tenant.Token}");
            return host.Client.SendAsync(request, leave.Token);
        }

        var waiting = new[] { WaitAsync(), WaitAsync() };
        await Poll.UntilAsync(() => room.Count == 2);
        var refused = await tenant.GetAsync("/echo");
        await leave.CancelAsync();

        await GatewayHost.AssertProblemAsync(refused, 503, "too_many_waiting");
        Assert.NotNull(refused.Headers.RetryAfter);
        await Poll.UntilAsync(() => room.Count == 0);
        foreach (var left in waiting)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        }
    }

    [Fact]
    public async Task WaitingRoom_OfOneTenantFull_LeavesOthersAlone()
    {
        await using var host = await GatewayHost.StartAsync(options => options.MaxWaitingBytesPerTenant = 100);
        var cold = await host.AddTenantAsync(RouteState.Asleep);
        var warm = await host.AddTenantAsync();

        await GatewayHost.AssertProblemAsync(await cold.SendAsync(HttpMethod.Post, "/echo", new ByteArrayContent(new byte[101])), 503, "too_many_waiting");
        Assert.Equal(HttpStatusCode.OK, (await warm.SendAsync(HttpMethod.Post, "/echo", new ByteArrayContent(new byte[101]))).StatusCode);
    }

    [Fact]
    public async Task Body_OfAWaitingRequest_ArrivesWhole()
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync(RouteState.Asleep);
        host.Control.OnWake = request =>
        {
            _ = tenant.BecomeAsync(RouteState.Active);
            return new WakeAnswer(WakeOutcome.Accepted);
        };

        using var response = await tenant.SendAsync(HttpMethod.Post, "/count", new ByteArrayContent(new byte[3_000_000]));

        Assert.Equal("3000000", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Tenant_ThatFailed_TellsWhyAndIsAskedForAnotherTry()
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync(RouteState.Failed, change: route => route with { Reason = "image_not_found", Message = "The image nope is not known." });

        var first = await tenant.GetAsync("/echo");
        var second = await tenant.GetAsync("/echo");

        await GatewayHost.AssertProblemAsync(first, 503, "tenant_failed");
        Assert.Contains("The image nope is not known.", await first.Content.ReadAsStringAsync(TestContext.Current.CancellationToken).ConfigureAwait(true), StringComparison.Ordinal);
        await GatewayHost.AssertProblemAsync(second, 503, "tenant_failed");
        Assert.Single(host.Control.Wakes);
    }

    [Fact]
    public async Task Tenant_ThatRequestsDoNotWake_Is503AtOnce()
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync(RouteState.Asleep, change: route => route with { WakeOnRequest = false });

        await GatewayHost.AssertProblemAsync(await tenant.GetAsync("/echo"), 503, "tenant_stopped");
        Assert.Empty(host.Control.Wakes);
    }

    [Fact]
    public async Task Tenant_DeletedWhileSomebodyWaits_Is404()
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync(RouteState.Asleep);

        var waiting = tenant.GetAsync("/echo");
        await Poll.UntilAsync(() => !host.Control.Wakes.IsEmpty);
        await tenant.BecomeAsync(RouteState.Gone);

        await GatewayHost.AssertProblemAsync(await waiting, 404, "tenant_not_found");
    }

    [Fact]
    public async Task Navigation_ToASleepingTenant_GetsThePageThatGoesOnByItself()
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync(RouteState.Asleep);
        (string, string)[] browser = [Html, ("Cookie", $"tk-session={tenant.Token}")];

        var page = await host.GetAsync($"/t/{tenant.Name}/", headers: browser);
        var html = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        using var events = await host.GetAsync($"/t/{tenant.Name}/.tenantkit/wait-events", headers: ("Cookie", $"tk-session={tenant.Token}"));
        using var reader = new StreamReader(await events.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        var first = await reader.ReadLineAsync(TestContext.Current.CancellationToken);
        await Poll.UntilAsync(() => !host.Control.Wakes.IsEmpty);
        await tenant.BecomeAsync(RouteState.Active);
        var rest = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.Equal((503, "text/html", "3"), ((int)page.StatusCode, page.Content.Headers.ContentType!.MediaType, page.Headers.RetryAfter!.ToString()));
        Assert.Contains("http-equiv=\"refresh\"", html, StringComparison.Ordinal);
        Assert.Contains($"/t/{tenant.Name}/.tenantkit/wait-events", html, StringComparison.Ordinal);
        Assert.Equal("event: progress", first);
        Assert.Contains("event: ready", rest, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync($"/t/{tenant.Name}/", headers: browser)).StatusCode);
    }

    [Fact]
    public async Task Navigation_ToAFailedTenant_ShowsTheReason()
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync(RouteState.Failed, change: route => route with { Reason = "crash_loop", Message = "It <exits> at once." });

        var page = await host.GetAsync($"/t/{tenant.Name}/", headers: [Html, ("Cookie", $"tk-session={tenant.Token}")]);

        var html = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(503, (int)page.StatusCode);
        Assert.Contains("It &lt;exits&gt; at once.", html, StringComparison.Ordinal);
        await Poll.UntilAsync(() => !host.Control.Wakes.IsEmpty);
    }
}
