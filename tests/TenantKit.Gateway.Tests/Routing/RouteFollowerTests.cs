using Microsoft.Extensions.DependencyInjection;
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
}
