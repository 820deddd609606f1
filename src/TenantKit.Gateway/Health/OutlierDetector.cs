using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace TenantKit.Gateway.Health;

/// <summary>Learns from requests which instance is worse than its tenant's others, and leaves it out for a while.</summary>
/// <remarks>
/// (1) Requests in a row that got no answer. (2) A share of failures, answers of 500 and above among them, that is higher than the other
/// instances' by 20 points and by three standard deviations of the difference, over 10 to 20 seconds and enough requests: an app that fails
/// everywhere alike has no outlier. (3) Never more than the largest share of the tenant's instances, never the last that takes requests.
/// (4) After its time a passed probe lets one request at a time try it; an answer brings it back, with a slow start.
/// </remarks>
internal sealed partial class OutlierDetector(FleetTable table, IOptions<TenantGatewayOptions> options, TimeProvider time, GatewayMetrics metrics, ILogger<OutlierDetector> logger)
{
    private const double LeastDifference = 0.2;
    private const double Deviations = 3;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly long interval = (long)(Interval.TotalSeconds * time.TimestampFrequency);

    /// <summary>The instance answered.</summary>
    public void Answered(InstanceSlot slot, int status)
    {
        slot.CountSuccess();
        var failure = status >= 500;
        if (slot.Fleet.HasTrials && slot.Ejection.Trial)
        {
            EndTrial(slot, failure && slot.Ejection.Reason == EjectionReason.ErrorRate);
        }

        Count(slot, failure);
    }

    /// <summary>
    /// No connection came about. An only instance must pass a new probe before it gets another request: that is what paces the retries of a
    /// request that waits for it.
    /// </summary>
    public void ConnectFailed(InstanceSlot slot)
    {
        RequestFailed(slot);
        if (slot.Healthy && IsOnly(slot))
        {
            table.Update(slot, () => (slot.Ready, slot.Reached) = (false, false));
        }
    }

    /// <summary>The connection broke, or no answer came in time.</summary>
    public void RequestFailed(InstanceSlot slot)
    {
        var failures = slot.CountFailure();
        if (slot.Ejection.Trial)
        {
            EndTrial(slot, failed: true);
        }
        else if (failures >= options.Value.EjectionThreshold)
        {
            Eject(slot, EjectionReason.ConsecutiveFailures); // (1)
        }

        Count(slot, failure: true);
        slot.Kick();
    }

    private void Count(InstanceSlot slot, bool failure)
    {
        var fleet = slot.Fleet;
        fleet.Rotate(time.GetTimestamp(), interval);
        slot.Answers.Count(failure);
        if (failure && IsOutlier(fleet, slot))
        {
            Eject(slot, EjectionReason.ErrorRate); // (2)
        }
    }

    private bool IsOutlier(TenantFleet fleet, InstanceSlot slot)
    {
        var least = options.Value.ErrorRateMinimumRequests;
        double own = slot.Answers.Total, ownFailed = slot.Answers.Failed, others = 0, othersFailed = 0;
        foreach (var other in fleet.Slots)
        {
            if (other != slot && other.Healthy)
            {
                (others, othersFailed) = (others + other.Answers.Total, othersFailed + other.Answers.Failed);
            }
        }

        if (own < least || others < least)
        {
            return false;
        }

        var share = (ownFailed + othersFailed) / (own + others);
        var deviation = Math.Sqrt(share * (1 - share) * ((1 / own) + (1 / others)));
        return (ownFailed / own) - (othersFailed / others) > Math.Max(LeastDifference, Deviations * deviation);
    }

    private void Eject(InstanceSlot slot, EjectionReason reason)
    {
        var (lasts, settings) = (TimeSpan.Zero, options.Value);
        table.Update(slot, () =>
        {
            if (slot.Healthy && MayLeave(slot)) // (3)
            {
                lasts = slot.Ejection.Begin(reason, settings.EjectionTime, settings.MaxEjectionTime, time);
                slot.Answers.Clear();
                slot.CountSuccess();
            }
        });

        if (lasts > TimeSpan.Zero)
        {
            metrics.Ejected(reason);
            LogEjected(slot.TenantId, slot.InstanceId, lasts, reason);
            slot.Kick();
        }
    }

    private void EndTrial(InstanceSlot slot, bool failed)
    {
        if (failed)
        {
            Eject(slot, EjectionReason.TrialFailed);
            return;
        }

        table.Update(slot, () => // (4)
        {
            slot.Ejection.End(time);
            slot.ReadyAt = time.GetTimestamp();
        });
        LogBack(slot.TenantId, slot.InstanceId);
    }

    private bool MayLeave(InstanceSlot slot)
    {
        if (IsOnly(slot) || !table.TryGet(slot.TenantId, out var fleet))
        {
            return false;
        }

        var proven = fleet.Slots.Where(static other => other.WasReady && !other.Draining).ToList();
        return proven.Count(static other => other.Ejection.IsOut) + 1 <= Math.Max(1, (int)(proven.Count * options.Value.MaxEjectedShare));
    }

    private bool IsOnly(InstanceSlot slot) => !table.TryGet(slot.TenantId, out var fleet) || fleet.Available.All(other => other == slot);

    [LoggerMessage(1, LogLevel.Warning, "Instance {InstanceId} of tenant {TenantId} is left out for {Duration}: {Reason}.")]
    private partial void LogEjected(string tenantId, string instanceId, TimeSpan duration, EjectionReason reason);

    [LoggerMessage(2, LogLevel.Information, "Instance {InstanceId} of tenant {TenantId} answered again and is back.")]
    private partial void LogBack(string tenantId, string instanceId);
}
