using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TenantKit.Leases;
using TenantKit.Reconciliation;
using TenantKit.Reconciliation.Sweeping;
using TenantKit.Storage;

namespace TenantKit.Hosting;

/// <summary>Runs the control plane inside a host: lock, store, templates and routes before anything else starts, workers afterwards.</summary>
internal sealed partial class TenantKitHost(
    DataDirectoryLock directory, ITenantStore store, TemplateSeeder seeder, ChangeFollower follower, LeaseKeeper leases, LeaseReactions reactions,
    ReconcileWorkers workers, UnitWatcher watcher, Sweeper sweeper, ILogger<TenantKitHost> logger) : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private Task running = Task.CompletedTask;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        directory.Acquire();
        await store.InitializeAsync(cancellationToken);
        await seeder.SeedAsync(cancellationToken);
        await follower.LoadAsync(cancellationToken);
        reactions.Connect();
        await leases.RenewAsync(cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var token = stopping.Token;
        running = Task.WhenAll(
            YieldThenAsync(() => leases.RunAsync(token)),
            YieldThenAsync(() => follower.FollowAsync(token)),
            YieldThenAsync(() => watcher.RunAsync(token)),
            YieldThenAsync(() => sweeper.RunAsync(token)),
            workers.RunAsync(token));
        return Task.CompletedTask;
    }

    /// <summary>The start of the host does not wait for the first steps; and no thread of its own, so that one scheduler can run everything.</summary>
    private static async Task YieldThenAsync(Func<Task> run)
    {
        await Task.Yield();
        await run();
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        stopping.Cancel();
        await running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
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

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => stopping.Dispose();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The leases could not be given back at the stop; other replicas take over after the lease time.")]
    private partial void LogNotReleased(Exception exception);
}
