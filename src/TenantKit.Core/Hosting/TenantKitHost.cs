using Microsoft.Extensions.Hosting;
using TenantKit.Storage;

namespace TenantKit.Hosting;

/// <summary>Runs the control plane inside a host: the directory's lock first, and all that others rely on before anything else starts.</summary>
internal sealed class TenantKitHost(DataDirectoryLock directory, ControlLoop loop) : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private Task running = Task.CompletedTask;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        directory.Acquire();
        await loop.PrepareAsync(cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        running = loop.RunAsync(stopping.Token);
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        stopping.Cancel();
        await running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        await loop.LeaveAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => stopping.Dispose();
}
