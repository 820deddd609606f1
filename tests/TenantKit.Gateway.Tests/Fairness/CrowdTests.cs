using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using TenantKit.Gateway.Activity;
using TenantKit.Gateway.Fairness;
using TenantKit.Gateway.Tests.Support;

namespace TenantKit.Gateway.Tests.Fairness;

/// <summary>A tenant with very many requests takes turns with itself, and others find the way free.</summary>
public sealed class CrowdTests
{
    private readonly FakeTimeProvider time = new();
    private readonly CrowdWatch crowds;

    public CrowdTests() => crowds = new CrowdWatch(time);

    [Theory]
    [InlineData(8, 1, false)] // few are none, whatever others have
    [InlineData(9, 1, true)]
    [InlineData(15, 2, false)]
    [InlineData(16, 2, true)]
    [InlineData(200, 25, true)]
    [InlineData(200, 26, false)] // alike
    [InlineData(100_000, 60, true)]
    public void Tenant_WithManyTimesAsManyAsAnother_IsACrowd(int many, int few, bool expected)
    {
        Assert.False(See(With(few)));

        Assert.Equal(expected, See(With(many)));
    }

    [Fact]
    public void Tenant_ThatIsAlone_IsNone()
    {
        var counter = new TenantCounter();
        for (var i = 0; i < 300; i++)
        {
            Assert.True(counter.TryEnter());
            Assert.False(See(counter));
            time.Advance(TimeSpan.FromMilliseconds(20));
        }
    }

    [Fact]
    public void Tenants_ThatGrowTogether_AreNone()
    {
        TenantCounter[] counters = [new(), new(), new()];
        for (var i = 0; i < 300; i++)
        {
            foreach (var counter in counters)
            {
                Assert.True(counter.TryEnter());
                Assert.False(See(counter));
                time.Advance(TimeSpan.FromMilliseconds(20));
            }
        }
    }

    [Fact]
    public void OneWithFew_IsRememberedForAWhile()
    {
        var (many, few) = (With(100), With(1));
        See(few);
        few.Leave();

        time.Advance(CrowdWatch.Memory - TimeSpan.FromMilliseconds(1));
        Assert.True(See(many));

        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(See(many));
    }

    [Fact]
    public void ACrowd_ThatMakesDoWithFewItself_DoesNotHideTheOthersForLong()
    {
        var (many, few) = (new TenantCounter(), With(1));
        Assert.True(many.TryEnter());
        See(many); // as it begins
        for (var i = 1; i < 100; i++)
        {
            Assert.True(many.TryEnter());
        }

        time.Advance(TimeSpan.FromMilliseconds(11));
        See(few);

        Assert.True(See(many));
    }

    [Fact]
    public async Task ACrowdsRequests_TakeTurns_WhileOthersDoNotWaitForThem()
    {
        await using var host = await GatewayHost.StartAsync(static options => options.MaxRequestsPerTenant = 100);
        var lane = host.Services.GetRequiredService<CrowdWatch>().Lane;
        var (busy, other) = (await host.AddTenantAsync(), await host.AddTenantAsync());
        var held = Enumerable.Range(0, CrowdWatch.Few).Select(_ => busy.GetAsync("/hang")).ToList();
        await Poll.UntilAsync(() => busy.App.Deliveries.GetValueOrDefault("GET /hang") == CrowdWatch.Few);
        Assert.Equal(HttpStatusCode.OK, (await busy.GetAsync("/echo")).StatusCode); // alone so far

        // A mark that is not a hundredth of a second old is not written again.
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < TimeSpan.FromMilliseconds(50);)
        {
            Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/echo")).StatusCode);
        }

        // Whoever has a turn keeps the lane to itself until it is let go.
        using var letGo = new ManualResetEventSlim();
        var blocked = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => BlockAsync()).ToList();
        var crowd = Enumerable.Range(0, 5).Select(_ => busy.GetAsync("/echo")).ToList();
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/echo")).StatusCode);
        }

        Assert.All(crowd, static request => Assert.False(request.IsCompleted));
        letGo.Set();

        await Task.WhenAll(blocked);
        Assert.All(await Task.WhenAll(crowd), static answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        busy.App.Release();
        Assert.All(await Task.WhenAll(held), static answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));

        async Task BlockAsync()
        {
            await lane.Turn();
            letGo.Wait(TestContext.Current.CancellationToken);
        }
    }

    private bool See(TenantCounter counter) => crowds.See(counter, time.GetTimestamp());

    private static TenantCounter With(int inFlight)
    {
        var counter = new TenantCounter();
        for (var i = 0; i < inFlight; i++)
        {
            Assert.True(counter.TryEnter());
        }

        return counter;
    }
}
