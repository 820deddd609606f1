using Microsoft.Extensions.Logging;
using TenantKit.Autoscaling;
using TenantKit.Leases;
using TenantKit.Reconciliation;
using TenantKit.Reconciliation.Sweeping;
using TenantKit.Storage;

namespace TenantKit.Hosting;

/// <summary>The control plane's life: store, templates, routes and leases before anything else, then everything that goes on until the end.</summary>
/// <remarks>Uses no thread of its own, so that one scheduler can run all of it.</remarks>
internal sealed partial class ControlLoop(
    ITenantStore store, TemplateSeeder seeder, ChangeFollower follower, LeaseKeeper leases, LeaseReactions reactions,
    ReconcileWorkers workers, UnitWatcher watcher, Sweeper sweeper, Autoscaler autoscaler, ILogger<ControlLoop> logger)
{
    /// <summary>Gets everything ready that others rely on.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await store.InitializeAsync(cancellationToken);
        await seeder.SeedAsync(cancellationToken);
        await follower.LoadAsync(cancellationToken);
        reactions.Connect();
        await leases.RenewAsync(cancellationToken);
    }

    /// <summary>Runs until it is cancelled. Comes back to the caller before its first step.</summary>
    public Task RunAsync(CancellationToken stopping) => Task.WhenAll(
        YieldThenAsync(() => leases.RunAsync(stopping)),
        YieldThenAsync(() => follower.FollowAsync(stopping)),
        YieldThenAsync(() => watcher.RunAsync(stopping)),
        YieldThenAsync(() => sweeper.RunAsync(stopping)),
        YieldThenAsync(() => autoscaler.RunAsync(stopping)),
        workers.RunAsync(stopping));

    /// <summary>Lets the other replicas take over at once, after the end of <see cref="RunAsync"/>.</summary>
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        try
        {
            await leases.ReleaseAsync(cancellationToken);
        }
        catch (Exception exception)
        {
            // The others wait for the lease time instead.
            LogNotReleased(exception);
        }
    }

    private static async Task YieldThenAsync(Func<Task> run)
    {
        await Task.Yield();
        await run();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The leases could not be given back at the stop; other replicas take over after the lease time.")]
    private partial void LogNotReleased(Exception exception);
}
