using TenantKit.Management;
using TenantKit.Routing;
using TenantKit.Storage;
using TenantKit.Storage.InMemory;
using TenantKit.Tenants;

namespace TenantKit.Core.Tests.ControlLoop;

public sealed class TrimmedLogTests
{
    /// <summary>A change log so short that a single commit is trimmed at once: a follower that waits for it finds nothing there, as one that was away for long.</summary>
    [Fact]
    public async Task FollowAsync_ChangesWereTrimmed_ReadsEverythingAnew()
    {
        await using var plane = await ControlPlaneHarness.StartAsync(store: new InMemoryTenantStore(changeLogCapacity: 5));
        var gone = await plane.CreateRunningAsync("before");
        var changes = new ChangeSet();
        var tenants = new List<string>();
        for (var number = 0; number < 20; number++)
        {
            var name = $"tenant-{number}";
            var draft = await plane.Manager.DraftCreateAsync(
                new NewTenant { Name = name, OwnerUserId = "owner-of-" + name, OwnerUserName = name }, ControlPlaneHarness.Admin, TestContext.Current.CancellationToken);
            changes.Include(draft.Changes);
            tenants.Add(draft.Tenant.Id);
        }

        await plane.Store.CommitAsync(changes, TestContext.Current.CancellationToken);

        foreach (var id in tenants)
        {
            await plane.UntilPhaseAsync(id, TenantPhase.Running);
        }

        await plane.UntilAsync(async () =>
        {
            var routes = (await plane.Get<IRouteFeed>().ListAsync(TestContext.Current.CancellationToken)).Routes;
            return routes.Count == 21 && routes.All(static route => route.State == RouteState.Active);
        });
        Assert.Equal(TenantPhase.Running, (await plane.StateAsync(gone.Tenant.Id)).Status.Phase);
    }
}
