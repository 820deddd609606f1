using TenantKit.Diagnostics;

namespace TenantKit.Storage.MySql.Connections;

/// <summary>What is tried again, and when: with jitter, so that those who collided do not collide again.</summary>
internal sealed class RetryRules(IRandomSource random)
{
    private const int MaxAttempts = 5;

    /// <summary>Whether a commit came true is asked for longer: half a minute, in which a server restarts or another takes over.</summary>
    private const int MaxUncertainAttempts = 45;

    /// <summary>The wait before the next try; null when there is none.</summary>
    public TimeSpan? After(MySqlFault? fault, int attempt, bool isUncertain)
    {
        var passes = fault?.Kind is MySqlFaultKind.Busy or MySqlFaultKind.Connection or MySqlFaultKind.TooManyConnections or MySqlFaultKind.ReadOnly;
        if (isUncertain ? attempt >= MaxUncertainAttempts : !passes || attempt >= MaxAttempts)
        {
            return null;
        }

        // Those that collided: 10 to 200 ms. What has to come back first: up to 800 ms, about a second in all.
        var longest = fault?.Kind == MySqlFaultKind.Busy ? Math.Min(200, 20 << Math.Min(attempt, 8)) : Math.Min(800, 50 << Math.Min(attempt, 8));
        return TimeSpan.FromMilliseconds(Math.Max(10, longest * (0.5 + (random.NextDouble() / 2))));
    }
}
