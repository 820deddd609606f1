using Microsoft.Extensions.Time.Testing;
using TenantKit.Control;
using TenantKit.Core.Tests.Leases;
using TenantKit.Storage.InMemory;

namespace TenantKit.Core.Tests.Routing;

public sealed class EpochDrainTests
{
    [Fact]
    public async Task IsDrained_GatewayOfAnotherEpoch_IsWaitedFor()
    {
        var time = new FakeTimeProvider();
        var replica = new Replica("a", new InMemoryTenantStore(), time);
        await replica.RenewAsync();
        time.Advance(TimeSpan.FromMinutes(1));
        replica.Activity.Take(new ActivityReport("gateway", 1_000, [], IsFull: true) { Epoch = "of the store before it was put back" });
        Assert.False(replica.Activity.IsDrained("tenant", 10));

        replica.Activity.Take(new ActivityReport("gateway", 10, [], IsFull: true) { Epoch = replica.Epoch.Current });

        Assert.True(replica.Activity.IsDrained("tenant", 10));
    }
}
