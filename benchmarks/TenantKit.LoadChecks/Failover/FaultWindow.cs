using TenantKit.LoadChecks.Load;

namespace TenantKit.LoadChecks.Failover;

/// <summary>A time in which an instance could lose what had been sent to it.</summary>
internal sealed record FaultWindow(string Fault, DateTimeOffset From, DateTimeOffset To)
{
    // A peer's end is noticed some time after it, on a busy machine.
    private static readonly TimeSpan Notice = TimeSpan.FromSeconds(1);

    public bool Touches(Outcome outcome) => outcome.Began <= To + Notice && outcome.Ended >= From;
}
