using Microsoft.Extensions.Hosting;
using TenantKit.Reconciliation;
using TenantKit.Reconciliation.Sweeping;
using TenantKit.Storage;

namespace TenantKit.Hosting;

/// <summary>Runs the control plane inside a host: lock, store, templates and routes before anything else starts, workers afterwards.</summary>
internal sealed class TenantKitHost(
    DataDirectoryLock directory, ITenantStore store, TemplateSeeder seeder, ChangeFollower follower,
    ReconcileWorkers workers, UnitWatcher watcher, Sweeper sweeper) : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private Task running = Task.CompletedTask;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        directory.Acquire();
        await store.InitializeAsync(cancellationToken);
        await seeder.SeedAsync(cancellationToken);
        await follower.LoadAsync(cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var token = stopping.Token;
        running = Task.WhenAll(
            Task.Run(() => follower.FollowAsync(token), CancellationToken.None),
            Task.Run(() => watcher.RunAsync(token), CancellationToken.None),
            Task.Run(() => sweeper.RunAsync(token), CancellationToken.None),
            workers.RunAsync(token));
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        await running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => stopping.Dispose();
}
