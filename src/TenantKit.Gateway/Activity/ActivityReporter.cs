using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TenantKit.Control;

namespace TenantKit.Gateway.Activity;

/// <summary>Sends a report at each interval, empty ones too: it is the gateway's sign of life. At once when a drain waits for it.</summary>
internal sealed partial class ActivityReporter(
    ActivityTracker tracker, IControlClient control, IOptions<TenantGatewayOptions> options, TimeProvider time, ILogger<ActivityReporter> logger) : BackgroundService
{
    // Many tenants may fall asleep together: their reports are gathered for this long.
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(10);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => RunAsync(stoppingToken);

    /// <summary>The whole of it, on the caller's scheduler.</summary>
    internal async Task RunAsync(CancellationToken stoppingToken)
    {
        var failing = false;
        try
        {
            while (true)
            {
                await tracker.ReportWanted.WaitAsync(options.Value.ReportInterval, time, stoppingToken);
                failing = !await SendAsync(failing, stoppingToken);
                await Task.Delay(failing ? options.Value.ReportInterval : Gather, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; the control plane forgets this gateway when its lease ends.
        }
    }

    private async Task<bool> SendAsync(bool failing, CancellationToken cancellationToken)
    {
        var report = tracker.Take();
        try
        {
            await control.ReportActivityAsync(report, cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            tracker.PutBack(report);
            if (!failing)
            {
                LogFailed(exception);
            }

            return false;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The activity report did not reach the control plane; its counts go into the next one.")]
    private partial void LogFailed(Exception exception);
}
