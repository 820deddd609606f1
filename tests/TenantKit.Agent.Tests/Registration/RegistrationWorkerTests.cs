using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using TenantKit.Agent.Tests.Fakes;

namespace TenantKit.Agent.Tests.Registration;

public sealed class RegistrationWorkerTests
{
    [Fact]
    public async Task Start_WhenReady_RegistersWithTheInstancesKeyAndNoAddress()
    {
        await using var app = await AgentApp.StartAsync();
        await app.EventuallyAsync(() => !app.Gateway.Registrations.IsEmpty, "a registration");

        var (authorization, body) = app.Gateway.Registrations.First();
        Assert.Equal("Instance " + AgentApp.KeyHex, authorization);
        Assert.Equal("""{"tenantId":"tenant-one","instanceId":"instance-two","claim":"ready","port":8123,"healthPath":"/healthz/ready"}""", body.GetRawText());
    }

    [Fact]
    public async Task Heartbeat_AsTheGatewayAsks_ComesEverySevenSeconds()
    {
        await using var app = await AgentApp.StartAsync();
        await app.EventuallyAsync(() => app.Gateway.Registrations.Count == 1, "the first");
        var start = app.Time.GetUtcNow();
        await app.EventuallyAsync(() => app.Gateway.Registrations.Count == 4, "three heartbeats");

        Assert.InRange(app.Time.GetUtcNow() - start, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(40));
    }

    [Fact]
    public async Task GatewayRestart_AfterRefusedConnections_IsFollowedByRegistration()
    {
        await using var app = await AgentApp.StartAsync();
        await app.EventuallyAsync(() => !app.Gateway.Registrations.IsEmpty, "the first registration");
        app.Gateway.IsDown = true;
        var calls = app.Gateway.Calls;
        await app.EventuallyAsync(() => app.Gateway.Calls >= calls + 5, "retries");
        app.Gateway.Registrations.Clear();
        app.Gateway.IsDown = false;
        var up = app.Time.GetUtcNow();
        await app.EventuallyAsync(() => !app.Gateway.Registrations.IsEmpty, "registration at the new gateway");

        Assert.True(app.Time.GetUtcNow() - up < TimeSpan.FromSeconds(15));
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized)]
    [InlineData(HttpStatusCode.Conflict)]
    [InlineData(HttpStatusCode.Gone)]
    [InlineData(HttpStatusCode.InternalServerError)]
    public async Task Refusal_OfRegistration_LeavesTheAppServing(HttpStatusCode status)
    {
        await using var app = await AgentApp.StartAsync(gateway: gateway => gateway.Status = status);
        await app.EventuallyAsync(() => app.Gateway.Registrations.Count >= 2, "a second try");

        using var answer = await app.Client.GetAsync("/healthz/ready", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task HealthCheck_ThatFailsAndRecovers_IsToldAsUnreadyThenReady()
    {
        var healthy = false;
        await using var app = await AgentApp.StartAsync(services: services =>
            services.AddHealthChecks().AddCheck("own", () => Volatile.Read(ref healthy) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy()));
        await app.EventuallyAsync(() => app.Gateway.Claims.Contains("unready"), "unready");
        Volatile.Write(ref healthy, true);
        await app.EventuallyAsync(() => app.Gateway.Claims.Contains("ready"), "ready");

        Assert.Equal("unready", app.Gateway.Claims.First());
    }

    [Fact]
    public async Task Stop_SaysGoodbyeLast()
    {
        await using var app = await AgentApp.StartAsync();
        await app.EventuallyAsync(() => !app.Gateway.Registrations.IsEmpty, "the first registration");

        await app.StopAsync();

        Assert.Equal("draining", app.Gateway.Claims.Last());
    }

    [Fact]
    public async Task Stop_WhileTheGatewayHangs_TakesAtMostOneSecond()
    {
        await using var app = await AgentApp.StartAsync(gateway: gateway => gateway.Hangs = true);
        var start = app.Time.GetUtcNow();
        var stop = app.StopAsync();

        await app.EventuallyAsync(() => stop.IsCompleted, "the stop");

        Assert.InRange(app.Time.GetUtcNow() - start, TimeSpan.Zero, TimeSpan.FromSeconds(3));
        await stop;
    }

    [Fact]
    public async Task StandAlone_CallsNobody()
    {
        await using var app = await AgentApp.StartAsync(standAlone: true);
        app.Time.Advance(TimeSpan.FromMinutes(1));
        await app.StopAsync();

        Assert.Equal(0, app.Gateway.Calls);
    }
}
