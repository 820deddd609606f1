using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using TenantKit.Diagnostics;
using TenantKit.Gateway.Access;
using TenantKit.Gateway.Activity;
using TenantKit.Gateway.Forwarding;
using TenantKit.Routing;

namespace TenantKit.Gateway.Tests.Access;

public sealed class CallerIdentityTests : IDisposable
{
    private readonly FakeTimeProvider time = new();
    private readonly IdentityKey key;
    private readonly CallerIdentity identity;
    private readonly Caller caller;

    public CallerIdentityTests()
    {
        var options = Options.Create(new TenantGatewayOptions());
        key = new IdentityKey(options);
        identity = new CallerIdentity(key, options, time, new Ids());
        caller = new Caller("u", "name", "administrator", null, DateTimeOffset.MaxValue);
    }

    public void Dispose() => key.Dispose();

    [Fact]
    public void Sign_SameRoute_IsSignedOnceInThreeQuartersOfItsLife()
    {
        var route = RouteOf("a");
        caller.Lately = new CallerAtTenant(route, new TenantCounter(), null, default);
        var first = identity.Sign(caller, route);

        Assert.Same(first, identity.Sign(caller, route));
        time.Advance(new TenantGatewayOptions().IdentityLifetime * 0.74);
        Assert.Same(first, identity.Sign(caller, route));
        time.Advance(new TenantGatewayOptions().IdentityLifetime * 0.02);
        Assert.NotEqual(first, identity.Sign(caller, route));
    }

    [Fact]
    public void Sign_ChangedNameOfTheTenant_IsSignedAnew()
    {
        var route = RouteOf("a");
        caller.Lately = new CallerAtTenant(route, new TenantCounter(), null, default);
        var first = identity.Sign(caller, route);

        Assert.NotEqual(first, identity.Sign(caller, route with { TenantName = "other" }));
    }

    [Fact]
    public void Sign_WhenAnotherRequestWentElsewhereMeanwhile_LeavesThatTenantsPartsAlone()
    {
        var (here, there) = (RouteOf("a"), RouteOf("b"));
        var counter = new TenantCounter();
        caller.Lately = new CallerAtTenant(there, counter, null, default);

        var forHere = identity.Sign(caller, here);
        Assert.Equal(("b", counter), (caller.Lately.Route.TenantId, caller.Lately.Counter));
        var forThere = identity.Sign(caller, there);

        Assert.NotEqual(forHere, forThere);
        Assert.Equal(("b", counter, forThere), (caller.Lately.Route.TenantId, caller.Lately.Counter, caller.Lately.Identity));
        Assert.Equal(forHere, identity.Sign(caller, here));
    }

    private static Route RouteOf(string id) => new() { TenantId = id, TenantName = $"name-{id}", State = RouteState.Active, Revision = 1 };

    private sealed class Ids : IIdSource
    {
        private int last;

        public string NewId() => $"id{++last}";
    }
}
