using Microsoft.Extensions.DependencyInjection;
using TenantKit.Routing;

namespace TenantKit.Gateway.Tests.Routing;

public sealed class InMemoryRouteRegistryTests
{
    private readonly IRouteRegistry registry = new ServiceCollection().AddTenantRouting().BuildServiceProvider().GetRequiredService<IRouteRegistry>();
    private readonly List<(string Id, RouteState State)> changes = [];

    public InMemoryRouteRegistryTests() => registry.Changed += route => changes.Add((route.TenantId, route.State));

    [Fact]
    public void Replace_WithAList_SyncsAndRemovesWhatItLacks()
    {
        Assert.False(registry.IsSynced);
        registry.Replace(new RouteList([Route("1", "a", 1), Route("2", "b", 2)], 2));
        registry.Replace(new RouteList([Route("2", "b", 2)], 5));

        Assert.True(registry.IsSynced);
        Assert.Equal((1, 5L), (registry.Count, registry.Revision));
        Assert.False(registry.TryGetByName("a", out _));
        Assert.Equal([("1", RouteState.Active), ("2", RouteState.Active), ("1", RouteState.Gone)], changes);
    }

    [Fact]
    public void Apply_OfAnOlderRoute_ChangesNothing()
    {
        registry.Apply(new RouteList([Route("1", "a", 7)], 7));
        registry.Apply(new RouteList([Route("1", "a", 6) with { State = RouteState.Asleep }], 6));
        registry.Apply(new RouteList([Route("1", "a", 6) with { State = RouteState.Gone }], 6));

        Assert.True(registry.TryGetById("1", out var route));
        Assert.Equal((RouteState.Active, 7L), (route.State, registry.Revision));
        Assert.False(registry.IsSynced);
    }

    [Fact]
    public void Apply_OfANewName_ForgetsTheOldOne()
    {
        registry.Apply(new RouteList([Route("1", "a", 1)], 1));
        registry.Apply(new RouteList([Route("1", "b", 2)], 2));

        Assert.False(registry.TryGetByName("a", out _));
        Assert.True(registry.TryGetByName("b", out _));
    }

    [Fact]
    public void Apply_OfADeletion_LeavesANameThatAnotherHasTaken()
    {
        registry.Apply(new RouteList([Route("1", "a", 1)], 1));
        registry.Apply(new RouteList([Route("2", "a", 2), Route("1", "a", 3) with { State = RouteState.Gone }], 3));

        Assert.True(registry.TryGetByName("a", out var route));
        Assert.Equal("2", route.TenantId);
        Assert.Equal(1, registry.Count);
    }

    [Fact]
    public void Route_ThatWasGivenOut_IsCurrentUntilItIsReplaced()
    {
        var (first, second) = (Route("1", "a", 1), Route("1", "a", 2));
        registry.Apply(new RouteList([first], 1));
        registry.Apply(new RouteList([first], 1));
        registry.Apply(new RouteList([Route("1", "a", 0), Route("2", "b", 1)], 1));
        Assert.True(registry.IsCurrent(first));

        registry.Apply(new RouteList([second], 2));

        Assert.Equal((false, true), (registry.IsCurrent(first), registry.IsCurrent(second)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Route_ThatWasRemoved_IsNotCurrent(bool byList)
    {
        var route = Route("1", "a", 1);
        registry.Replace(new RouteList([route], 1));
        Assert.True(registry.IsCurrent(route));

        if (byList)
        {
            registry.Replace(new RouteList([], 2));
        }
        else
        {
            registry.Apply(new RouteList([route with { State = RouteState.Gone, Revision = 2 }], 2));
        }

        Assert.False(registry.IsCurrent(route));
    }

    [Fact]
    public void Route_IsReplaced_BeforeTheRevisionGoesOnAndAnybodyIsTold()
    {
        var (first, seen) = (Route("1", "a", 1), new List<(bool Current, long Revision)>());
        registry.Apply(new RouteList([first], 1));
        registry.Changed += _ => seen.Add((registry.IsCurrent(first), registry.Revision));

        registry.Apply(new RouteList([Route("1", "a", 2)], 2));

        Assert.Equal([(false, 1L)], seen);
    }

    [Fact]
    public void Route_ThatWasReplaced_StillEqualsItsLike()
    {
        var (old, like) = (Route("1", "a", 1), Route("1", "a", 1));
        registry.Apply(new RouteList([old], 1));
        registry.Apply(new RouteList([Route("1", "a", 2)], 2));

        Assert.False(registry.IsCurrent(old));
        Assert.Equal((like, like.GetHashCode()), (old with { Instances = like.Instances, AnonymousPaths = like.AnonymousPaths }, (old with { Instances = like.Instances, AnonymousPaths = like.AnonymousPaths }).GetHashCode()));
    }

    [Fact]
    public void Replace_OfAnotherEpoch_TakesOlderRoutesAndGoesBack()
    {
        registry.Replace(new RouteList([Route("1", "a", 148), Route("2", "b", 150)], 150) { Epoch = "first" });
        registry.Replace(new RouteList([Route("1", "old-a", 90)], 120) { Epoch = "second" });

        Assert.True(registry.TryGetByName("old-a", out var route));
        Assert.Equal((120L, 120L, "second", 1), (route.Revision, registry.Revision, registry.Epoch, registry.Count));
        Assert.False(registry.TryGetByName("a", out _));
        registry.Apply(new RouteList([Route("1", "newer-a", 121)], 121) { Epoch = "second" });
        Assert.True(registry.TryGetByName("newer-a", out _));
    }

    [Fact]
    public void Replace_OfATableFromASnapshot_TakesWhatTheListSays()
    {
        registry.Apply(new RouteList([Route("1", "abandoned", 148)], 150) { Epoch = "first" });
        registry.Replace(new RouteList([Route("1", "true", 120)], 300) { Epoch = "first" });

        Assert.True(registry.TryGetByName("true", out _));
        Assert.False(registry.TryGetByName("abandoned", out _));
    }

    [Fact]
    public void Capture_OfATable_MakesTheSameOne()
    {
        registry.Replace(new RouteList([Route("1", "a", 1), Route("2", "b", 2)], 7) { Epoch = "first" });

        var copy = registry.Capture();

        Assert.Equal((2, 7L, "first"), (copy.Routes.Count, copy.Revision, copy.Epoch));
    }

    private static Route Route(string id, string name, long revision) => new() { TenantId = id, TenantName = name, State = RouteState.Active, Revision = revision };
}
