using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using TenantKit.Gateway.Access;
using TenantKit.Gateway.Activity;
using TenantKit.Gateway.Tests.Support;

namespace TenantKit.Gateway.Tests.Access;

public sealed class RefusalPaceTests
{
    private static readonly GatewayProblem Problem = new(503, "tenant_overloaded", "Too many.") { IsSurplus = true };

    [Fact]
    public void Refusals_OfAClientThatBehaves_AreNotKeptBack()
    {
        var time = new FakeTimeProvider();
        var (pace, counter) = (new RefusalPace(time), new TenantCounter());

        for (var i = 0; i < 1_000; i++)
        {
            Assert.Equal(TimeSpan.Zero, pace.Slow(counter, Problem).Delay);
            time.Advance(TimeSpan.FromMilliseconds(10));
        }
    }

    [Fact]
    public void Refusals_OfAnotherKind_AreNotKeptBack()
    {
        var (pace, counter) = (new RefusalPace(new FakeTimeProvider()), new TenantCounter());

        for (var i = 0; i < 1_000; i++)
        {
            Assert.Equal(TimeSpan.Zero, pace.Slow(counter, Problem with { IsSurplus = false }).Delay);
        }
    }

    [Fact]
    public void Refusals_AfterAQuietSecond_AreNotKeptBack()
    {
        var time = new FakeTimeProvider();
        var (pace, counter) = (new RefusalPace(time), new TenantCounter());
        for (var i = 0; i < 100_000; i++)
        {
            Assert.InRange(pace.Slow(counter, Problem).Delay, TimeSpan.Zero, RefusalPace.Longest);
        }

        Assert.Equal(RefusalPace.Longest, pace.Slow(counter, Problem).Delay);
        time.Advance(RefusalPace.Longest + TimeSpan.FromSeconds(1));

        Assert.Equal(TimeSpan.Zero, pace.Slow(counter, Problem).Delay);
    }

    /// <summary>Clients that ask again as soon as they are refused.</summary>
    [Fact]
    public void Clients_ThatAskAgainAtOnce_GetOneRefusalASecondEachOrAHundredTogether()
    {
        var random = new SeededRandom();
        for (var round = 0; round < 30; round++)
        {
            const int Seconds = 20;
            var clients = random.Between(1, 2_000);
            var time = new FakeTimeProvider();
            var (pace, counter, due, told) = (new RefusalPace(time), new TenantCounter(), new PriorityQueue<int, DateTimeOffset>(), 0);
            var (began, now) = (time.GetUtcNow(), time.GetUtcNow());
            for (var client = 0; client < clients; client++)
            {
                due.Enqueue(client, began);
            }

            while (due.TryDequeue(out var client, out var at) && at - began < TimeSpan.FromSeconds(Seconds))
            {
                time.Advance(at - now);
                now = at;
                told++;
                due.Enqueue(client, now + pace.Slow(counter, Problem).Delay + TimeSpan.FromMicroseconds(100));
            }

            var most = RefusalPace.Quick + clients + (Seconds * Math.Max(RefusalPace.Quick, clients)) + Seconds;
            Assert.True(told <= most, $"seed {random.Seed}, round {round}: {told} refusals of {clients} clients, {most} at most");
        }
    }

    [Fact]
    public async Task Refusals_ThatAreKeptBack_TakeNoPlaceFromOtherRequests()
    {
        const int Surplus = 300;
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var arrivals = new Arrivals();
        await using var host = await GatewayHost.StartAsync(options => options.MaxRequestsPerTenant = 1, build: gateway =>
        {
            gateway.Services.AddSingleton<TimeProvider>(time);
            gateway.Services.AddSingleton<IStartupFilter>(arrivals);
        });
        var (busy, other) = (await host.AddTenantAsync(), await host.AddTenantAsync());
        var held = busy.GetAsync("/hang");
        await Poll.UntilAsync(() => busy.App.Deliveries.GetValueOrDefault("GET /hang") == 1);

        // Time stands still: a hundred are told at once, and the others not before it goes on.
        var refused = Enumerable.Range(0, RefusalPace.Quick + Surplus).Select(_ => busy.GetAsync("/echo")).ToList();
        await Poll.UntilAsync(() => arrivals.Count == RefusalPace.Quick + Surplus && refused.Count(static task => task.IsCompleted) == RefusalPace.Quick);
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/echo")).StatusCode);
        busy.App.Release();
        Assert.Equal(HttpStatusCode.OK, (await held).StatusCode);
        var next = busy.GetAsync("/echo");
        while (await Task.WhenAny(next, Task.Delay(TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken)) != next)
        {
            // The place of the one that was held was not free yet, and this one is kept back as well.
            refused.Add(next);
            next = busy.GetAsync("/echo");
        }

        Assert.Equal(HttpStatusCode.OK, (await next).StatusCode);
        Assert.Equal(RefusalPace.Quick, refused.Count(static task => task.IsCompleted));
        await Poll.UntilAsync(() =>
        {
            time.Advance(RefusalPace.Longest);
            return refused.TrueForAll(static task => task.IsCompleted);
        });
        foreach (var response in await Task.WhenAll(refused))
        {
            await GatewayHost.AssertProblemAsync(response, 503, "tenant_overloaded");
        }
    }

    /// <summary>Counts the requests for <c>/echo</c> that the gateway has taken as far as it could at once: those that it keeps back, it keeps back by then.</summary>
    private sealed class Arrivals : IStartupFilter
    {
        private int count;

        public int Count => Volatile.Read(ref count);

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => builder =>
        {
            builder.Use(async (context, serve) =>
            {
                var serving = serve();
                if (context.Request.Path.Value!.EndsWith("/echo", StringComparison.Ordinal))
                {
                    Interlocked.Increment(ref count);
                }

                await serving;
            });
            next(builder);
        };
    }
}
