using System.Net;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using TenantKit.Gateway.Access;
using TenantKit.Gateway.Activity;
using TenantKit.Gateway.Tests.Support;

namespace TenantKit.Gateway.Tests.Access;

public sealed class TenantLimitsTests
{
    [Fact]
    public async Task Tenant_WithTooManyInFlight_IsRefusedWithoutHarmToOthers()
    {
        await using var host = await GatewayHost.StartAsync(options => options.MaxRequestsPerTenant = 5);
        var (busy, other) = (await host.AddTenantAsync(), await host.AddTenantAsync());
        var held = Enumerable.Range(0, 5).Select(_ => busy.GetAsync("/hang")).ToList();
        await Poll.UntilAsync(() => busy.App.Deliveries.GetValueOrDefault("GET /hang") == 5);

        using var refused = await busy.GetAsync("/echo");

        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter?.Delta);
        await GatewayHost.AssertProblemAsync(refused, 503, "tenant_overloaded");
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/echo")).StatusCode);

        busy.App.Release();
        await Task.WhenAll(held);
        await Poll.UntilAsync(async () => (await busy.GetAsync("/echo")).StatusCode == HttpStatusCode.OK);
    }

    [Fact]
    public async Task Tenant_ThatIsTooFast_IsToldWhenToTryAgain()
    {
        await using var host = await GatewayHost.StartAsync(options => (options.RequestRatePerTenant, options.RequestBurstPerTenant) = (0.1, 3));
        var (fast, other) = (await host.AddTenantAsync(), await host.AddTenantAsync());

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await fast.GetAsync("/echo")).StatusCode);
        }

        using var refused = await fast.GetAsync("/echo");
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 10);
        await GatewayHost.AssertProblemAsync(refused, 429, "too_many_requests");
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/echo")).StatusCode);
    }

    [Fact]
    public void Rate_OverAnyTime_IsNeverExceededByMoreThanTheBurst()
    {
        var random = new SeededRandom();
        for (var round = 0; round < 50; round++)
        {
            var time = new FakeTimeProvider();
            var options = new TenantGatewayOptions { RequestRatePerTenant = random.Between(1, 200), RequestBurstPerTenant = random.Between(1, 50) };
            var (limits, counter, taken) = (new TenantLimits(Options.Create(options), time), new TenantCounter(), new List<double>());
            var began = time.GetTimestamp();
            for (var i = 0; i < 1_000; i++)
            {
                time.Advance(TimeSpan.FromMilliseconds(random.Next(20)));
                if (limits.Check(counter) is null)
                {
                    taken.Add(time.GetElapsedTime(began).TotalSeconds);
                }
            }

            for (var first = 0; first < taken.Count; first += 7)
            {
                var most = ((taken[^1] - taken[first]) * options.RequestRatePerTenant) + options.RequestBurstPerTenant;
                Assert.True(taken.Count - first <= most + 1, $"seed {random.Seed}, round {round}: {taken.Count - first} of {most}");
            }

            // Whoever waits as long as it is told to gets in.
            GatewayProblem? refused;
            while ((refused = limits.Check(counter)) is null)
            {
            }

            time.Advance(TimeSpan.FromSeconds(refused.RetryAfterSeconds!.Value));
            Assert.True(limits.Check(counter) is null, $"seed {random.Seed}, round {round}");
        }
    }
}
