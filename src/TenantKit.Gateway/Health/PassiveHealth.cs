using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace TenantKit.Gateway.Health;

/// <summary>Learns from requests. An instance that fails again and again is left out for a while, but never the last one of its tenant.</summary>
/// <remarks>The time out grows with each ejection up to ten times the first, as Envoy's outlier detection does it; a passed probe afterwards lets it back.</remarks>
internal sealed partial class PassiveHealth(FleetTable table, IOptions<TenantGatewayOptions> options, TimeProvider time, ILogger<PassiveHealth> logger)
{
    private const int LongestFactor = 10;

    /// <summary>The instance answered.</summary>
    public static void Succeeded(InstanceSlot slot) => slot.CountSuccess();

    /// <summary>
    /// No connection came about. An only instance must pass a new probe before it gets another request: that is what paces the retries of a
    /// request that waits for it.
    /// </summary>
    public void ConnectFailed(InstanceSlot slot)
    {
        if (!EjectIfOthers(slot, slot.CountFailure()) && IsOnly(slot))
        {
            table.Update(slot, () => slot.Ready = false);
        }

        slot.Kick();
    }

    /// <summary>The connection broke, or no answer came in time.</summary>
    public void RequestFailed(InstanceSlot slot)
    {
        EjectIfOthers(slot, slot.CountFailure());
        slot.Kick();
    }

    private bool EjectIfOthers(InstanceSlot slot, int failures)
    {
        if (failures < options.Value.EjectionThreshold || IsOnly(slot) || !slot.Ready)
        {
            return false;
        }

        var duration = options.Value.EjectionTime * Math.Min(slot.CountEjection(), LongestFactor);
        var until = time.GetTimestamp() + (long)(duration.TotalSeconds * time.TimestampFrequency);
        table.Update(slot, () => (slot.Ready, slot.EjectedUntil) = (false, until));
        LogEjected(slot.TenantId, slot.InstanceId, failures, duration);
        return true;
    }

    private bool IsOnly(InstanceSlot slot) => !table.TryGet(slot.TenantId, out var fleet) || fleet.Available.All(other => other == slot);

    [LoggerMessage(1, LogLevel.Warning, "Instance {InstanceId} of tenant {TenantId} failed {Failures} requests in a row and is left out for {Duration}.")]
    private partial void LogEjected(string tenantId, string instanceId, int failures, TimeSpan duration);
}
