using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using TenantKit.Control;
using TenantKit.Gateway.Routing;
using TenantKit.Gateway.Tests.Support;
using TenantKit.Routing;

namespace TenantKit.Gateway.Tests.Routing;

public sealed class RouteFollowerTests
{
    [Fact]
    public async Task Feed_ThatWasCompacted_IsListedAnewAndDropsWhatIsGone()
    {
        await using var host = await GatewayHost.StartAsync();
        var kept = await host.AddTenantAsync(RouteState.Asleep);
        var lost = await host.AddTenantAsync(RouteState.Asleep);
        var registry = host.Services.GetRequiredService<IRouteRegistry>();
        Assert.Equal(1, host.Feed.Lists);

        host.Feed.Compact(lost.Id);

        await Poll.UntilAsync(() => !registry.TryGetById(lost.Id, out _));
        Assert.True(registry.TryGetById(kept.Id, out _));
        Assert.Equal(2, host.Feed.Lists);
        var later = host.Feed.Change(kept.Id, route => route with { Message = "still followed" });
        await host.AppliedAsync(later);
    }

    [Fact]
    public async Task Feed_OfAStoreThatWasPutBack_IsTakenAsItIsNow()
    {
        await using var follow = new Following();
        var old = follow.Feed.Put(Route("kept"));
        for (var i = 0; i < 20; i++)
        {
            follow.Feed.Put(Route($"lost{i}"));
        }

        await follow.UntilAsync(() => follow.Registry.Count == 21);
        var synced = follow.Registry.Revision;
        follow.Feed.PutBack("second", 3, old with { State = RouteState.Asleep });

        await follow.UntilAsync(() => follow.Registry.Count == 1);

        Assert.Equal((21L, 3L), (synced, follow.Registry.Revision));
        Assert.True(follow.Registry.TryGetById("kept", out var kept));
        Assert.Equal(RouteState.Asleep, kept.State);
        follow.Feed.Put(Route("new"));
        await follow.UntilAsync(() => follow.Registry.TryGetById("new", out _));
    }

    [Fact]
    public async Task Feed_OfAStoreThatWasPutBackAndHasGrownSince_IsListedAnew()
    {
        await using var follow = new Following();
        follow.Feed.Put(Route("abandoned"));
        follow.Feed.Put(Route("other"));
        await follow.UntilAsync(() => follow.Registry.Count == 2);

        // The revision that the gateway knows exists again, with another meaning.
        follow.Feed.PutBack("second", 0);
        follow.Feed.Put(Route("one"));
        follow.Feed.Put(Route("two"));
        follow.Feed.Put(Route("three"));

        await follow.UntilAsync(() => follow.Registry.Count == 3);
        Assert.False(follow.Registry.TryGetById("abandoned", out _));
    }

    [Theory]
    [InlineData("first")]
    [InlineData("second")]
    public async Task Feed_OfAReplicaThatLagsBehind_TakesNoTenantAway(string epoch)
    {
        await using var follow = new Following();
        var first = follow.Feed.Put(Route("a"));
        follow.Feed.Put(Route("b"));
        await follow.UntilAsync(() => follow.Registry.Count == 2);
        var lists = follow.Feed.Lists;

        follow.Feed.StoreRevision = 2;
        follow.Feed.PutBack(epoch, 1, first);
        await follow.UntilAsync(() => follow.Feed.Lists > lists + 10);

        Assert.Equal(2, follow.Registry.Count);
    }

    private static Route Route(string id) => new() { TenantId = id, TenantName = id, State = RouteState.Active, Revision = 0 };

    /// <summary>A follower on virtual time: pauses pass at once.</summary>
    private sealed class Following : IAsyncDisposable
    {
        private readonly CancellationTokenSource stopping = new();
        private readonly FakeTimeProvider time = new();
        private readonly ServiceProvider services;
        private readonly Task running;

        public Following()
        {
            Feed.MayList.SetResult();
            Feed.Epoch = "first";
            services = new ServiceCollection().AddLogging()
                .AddSingleton<IConfiguration>(new ConfigurationBuilder().Build())
                .AddSingleton<TimeProvider>(time)
                .AddSingleton<IRouteFeed>(Feed)
                .AddSingleton<IControlClient>(new FakeControl(new TokenIssuer()))
                .AddTenantGateway().Services.BuildServiceProvider();
            running = services.GetServices<IHostedService>().OfType<RouteFollower>().Single().RunAsync(stopping.Token);
        }

        public FakeFeed Feed { get; } = new();

        public IRouteRegistry Registry => services.GetRequiredService<IRouteRegistry>();

        public Task UntilAsync(Func<bool> condition) => Poll.UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            return condition();
        });

        public async ValueTask DisposeAsync()
        {
            await stopping.CancelAsync();
            await running;
            await services.DisposeAsync();
            stopping.Dispose();
        }
    }
}
