using Microsoft.Extensions.Logging;
using TenantKit.Diagnostics;
using TenantKit.Routing;
using TenantKit.Templates;

namespace TenantKit.Gateway.Health;

/// <summary>Probes each instance for as long as it is routed: eagerly until it is ready, then at the template's interval.</summary>
/// <remarks>
/// The times of all of them are kept on one timer: the runtime's own list of timers is gone through whole, and under the lock that every request's
/// deadline needs, several times a second.
/// </remarks>
internal sealed partial class ProbeRunner(IInstanceProbe probe, TimeProvider time, ILogger<ProbeRunner> logger) : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPauseOfLost = TimeSpan.FromSeconds(1);

    private readonly KeyedDeadlines<InstanceSlot> due = new(time, static slot => slot.Kick());

    public void Dispose() => due.Dispose();

    /// <summary>Begins; ends with the slot's life.</summary>
    public void Start(FleetTable table, InstanceSlot slot)
    {
        slot.Proof = new ConnectionProof(probe, slot);
        _ = RunAsync(table, slot, slot.Settings);
    }

    private async Task RunAsync(FleetTable table, InstanceSlot slot, ProbeSettings settings)
    {
        // The caller is applying routes and must not wait for the first bytes of a probe.
        await Task.Yield();
        var started = time.GetTimestamp();
        var pause = FirstPause;
        var failures = 0;
        try
        {
            while (true)
            {
                var result = await probe.ProbeAsync(slot.TenantId, slot.Instance, settings, slot.Life.Token);
                slot.Life.Token.ThrowIfCancellationRequested();
                failures = result.Passed ? 0 : failures + 1;
                slot.Unanswered = !result.Passed && !result.Reached;
                var wasReady = slot.Ready;
                Record(table, slot, settings, result, failures);
                started = wasReady && !slot.Ready ? time.GetTimestamp() : started;
                pause = slot.Ready ? FirstPause : Min(pause * 2, slot.WasReady ? LongestPauseOfLost : LongestPause);
                due.Set(slot, NextWait(slot, settings, started, pause));
                await slot.WaitAsync();
                due.Remove(slot);
                slot.Life.Token.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (slot.Life.IsCancellationRequested)
        {
            // It left its route.
        }
        catch (Exception exception)
        {
            LogProbeBroke(slot.TenantId, slot.InstanceId, exception);
        }
    }

    private void Record(FleetTable table, InstanceSlot slot, ProbeSettings settings, ProbeResult result, int failures)
    {
        slot.ProbeProblem = result.Problem;
        if (result.Passed && !slot.Ready)
        {
            slot.CountSuccess();
            table.Update(slot, () => (slot.Ready, slot.WasReady, slot.Reached, slot.ReadyAt) = (true, true, true, time.GetTimestamp()));
            LogReady(slot.TenantId, slot.InstanceId);
        }
        else if (!result.Passed && slot.Ready && failures >= settings.FailureThreshold)
        {
            table.Update(slot, () => (slot.Ready, slot.Reached) = (false, result.Reached));
            LogUnhealthy(slot.TenantId, slot.InstanceId, failures, result.Problem);
        }
        else if (!slot.Ready && slot.Reached != result.Reached)
        {
            table.Update(slot, () => slot.Reached = result.Reached);
        }

        if (result.Passed && slot.Ejection.IsOut && time.GetTimestamp() >= slot.Ejection.Until)
        {
            table.Update(slot, () =>
            {
                slot.Ejection.Try();
                slot.ReadyAt = time.GetTimestamp();
            });
            LogTrial(slot.TenantId, slot.InstanceId);
        }
    }

    // Eager while somebody may be waiting for it: until it is ready, when it gave no answer, and after it was lost. One that did not come (back) within
    // its start time is asked at the ordinary interval, and so is one that answers, well or not.
    private TimeSpan NextWait(InstanceSlot slot, ProbeSettings settings, long started, TimeSpan pause)
    {
        var eager = slot.Ready ? slot.Unanswered : time.GetElapsedTime(started) <= settings.StartTimeout;
        var ordinary = eager ? Min(pause, settings.Interval) : settings.Interval;
        if (!slot.Ejection.IsOut)
        {
            return ordinary;
        }

        var rest = time.GetElapsedTime(time.GetTimestamp(), slot.Ejection.Until);
        return rest > pause ? Min(rest, settings.Interval) : pause;
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    [LoggerMessage(1, LogLevel.Information, "Instance {InstanceId} of tenant {TenantId} passed the gateway's probe and takes requests.")]
    private partial void LogReady(string tenantId, string instanceId);

    [LoggerMessage(2, LogLevel.Warning, "Instance {InstanceId} of tenant {TenantId} failed {Failures} probes in a row and takes no requests: {Problem}")]
    private partial void LogUnhealthy(string tenantId, string instanceId, int failures, string? problem);

    [LoggerMessage(4, LogLevel.Information, "Instance {InstanceId} of tenant {TenantId} was left out long enough and passed a probe: one request at a time tries it.")]
    private partial void LogTrial(string tenantId, string instanceId);

    [LoggerMessage(3, LogLevel.Error, "The probe of instance {InstanceId} of tenant {TenantId} threw, which a probe must not; it is not probed any more.")]
    private partial void LogProbeBroke(string tenantId, string instanceId, Exception exception);
}
