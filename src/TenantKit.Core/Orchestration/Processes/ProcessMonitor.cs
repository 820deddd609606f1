using Microsoft.Extensions.Logging;

namespace TenantKit.Orchestration.Processes;

/// <summary>The only timers of the orchestrator: one looks at live instances, one renews the lease. Units asleep are not looked at.</summary>
internal sealed partial class ProcessMonitor(
    InstanceSupervisor supervisor, Watchdog watchdog, ProcessOrchestratorOptions options, TimeProvider time, ILogger<ProcessOrchestrator> logger) : IAsyncDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource ending = new();
    private int disposed;
    private Task running = Task.CompletedTask;

    public void Start() => running = Task.WhenAll(RepeatAsync(watchdog.BeatInterval, BeatAsync), RepeatAsync(LookInterval, LookAsync));

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
        {
            return;
        }

        await ending.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(false);
        ending.Dispose();
    }

    private async Task RepeatAsync(TimeSpan interval, Func<Task> step)
    {
        using var timer = new PeriodicTimer(interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(ending.Token).ConfigureAwait(false))
            {
                try
                {
                    await step().ConfigureAwait(false);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    LogFailed(e); // a full disk passes; the timers must not end of it
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private Task BeatAsync()
    {
        watchdog.Beat();
        return Task.CompletedTask;
    }

    private async Task LookAsync()
    {
        foreach (var instance in supervisor.Live)
        {
            await supervisor.LookAsync(instance).ConfigureAwait(false);
            try
            {
                instance.Log.Observe(time.GetUtcNow());
                instance.Log.RotateWhenFull(options.MaxLogBytes);
            }
            catch (Exception e) when (DiskTrouble.IsOne(e))
            {
                LogNotRotated(instance.Unit.TenantId, instance.Id, e);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "A periodic step of the local-process orchestrator failed and is tried again")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(LogLevel.Warning, "Tenant {TenantId}: the log of instance {InstanceId} could not be looked after")]
    private partial void LogNotRotated(string tenantId, string instanceId, Exception exception);
}
