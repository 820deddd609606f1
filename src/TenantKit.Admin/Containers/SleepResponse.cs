using TenantKit.Explanation;

namespace TenantKit.Admin.Containers;

/// <summary>When a running tenant will sleep, and what keeps it from that.</summary>
internal sealed record SleepResponse(
    double? IdleTimeoutSeconds, double? SecondsLeft, DateTimeOffset? EarliestAt, IReadOnlyList<SleepBlocker> BlockedBy)
{
    public static SleepResponse? Of(SleepOutlook? outlook, DateTimeOffset now)
    {
        if (outlook is null)
        {
            return null;
        }

        var left = outlook.Left is { } time ? (time > TimeSpan.Zero ? time : TimeSpan.Zero) : (TimeSpan?)null;
        return new SleepResponse(
            outlook.IdleTimeout?.TotalSeconds, left is { } seconds ? Math.Round(seconds.TotalSeconds, 3) : null, left is { } wait ? now + wait : null, outlook.Blockers);
    }
}
