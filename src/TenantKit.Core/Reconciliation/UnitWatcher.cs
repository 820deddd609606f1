using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TenantKit.Orchestration;
using TenantKit.Reconciliation.Queue;
using TenantKit.Tenants;

namespace TenantKit.Reconciliation;

/// <summary>Turns what the runtime tells into looks at tenants. Missed events are the sweeper's matter.</summary>
internal sealed partial class UnitWatcher(
    IContainerOrchestrator orchestrator, ReconcileQueue queue, BackoffClock waits, TimeProvider time, IOptions<TenantKitOptions> options, ILogger<UnitWatcher> logger)
{
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await foreach (var change in orchestrator.WatchAsync(stopping))
                {
                    foreach (var tenantId in change == UnitEvent.RuntimeIsBack ? waits.EndSilence() : [change.TenantId])
                    {
                        queue.Add(tenantId, IntentOrigin.Wake);
                    }
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogWatchFailed(exception);
            }

            await Task.Delay(options.Value.MinBackoff, time, stopping).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The orchestrator's watch ended with an error; watching again.")]
    private partial void LogWatchFailed(Exception exception);
}
