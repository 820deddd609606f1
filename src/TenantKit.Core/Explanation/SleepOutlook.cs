namespace TenantKit.Explanation;

/// <summary>When a tenant that runs will sleep.</summary>
/// <param name="IdleTimeout">Idle time before sleep; null when it never sleeps.</param>
/// <param name="Left">Idle time that is left if nothing comes; null when it never sleeps, or is not counted down now.</param>
/// <param name="Blockers">What keeps it from sleeping now; empty when nothing does.</param>
public sealed record SleepOutlook(TimeSpan? IdleTimeout, TimeSpan? Left, IReadOnlyList<SleepBlocker> Blockers);
