using TenantKit.Control;

namespace TenantKit.Orchestration.Processes;

/// <summary>Ends everything an instance started, whatever groups and sessions its processes made.</summary>
internal static class SessionKiller
{
    /// <summary>Nobody needs longer from its fork to the environment of its program; a process without one for longer was started without.</summary>
    private const long LongestExecTicks = 2 * ProcessTable.TicksPerSecond;

    /// <summary>
    /// Kills the members of a session, and what left it but still carries the instance's id in its environment. Linux gives no new process a
    /// number that is still in use as a session: a leader that is there but started at another time means that ours is gone with all its members.
    /// </summary>
    /// <param name="session">The session, which is the process that leads it.</param>
    /// <param name="startTicks">Its start; null when it is surely ours.</param>
    /// <param name="instanceId">The instance; null to look at the session alone.</param>
    /// <returns>True when somebody was there to kill, or may have been: look again.</returns>
    public static bool KillNow(int session, long? startTicks, string? instanceId = null)
    {
        var all = ProcessTable.All().Where(static process => process.IsAlive).ToList();
        var isForeign = startTicks is { } ticks && all.Exists(process => process.Pid == session && process.StartTicks != ticks);
        var found = false;
        foreach (var process in all)
        {
            if (process.Session == session ? !isForeign : instanceId is not null && process.StartTicks >= startTicks && Carries(process, instanceId, ref found))
            {
                found = true;
                Signals.Send(process.Pid, Signals.Kill);
            }
        }

        return found;
    }

    private static bool Carries(ProcessStat process, string instanceId, ref bool unsure)
    {
        if (ProcessTable.Environment(process.Pid) is not { } environment)
        {
            return false;
        }

        // Between two programs a process shows no environment for a moment. The kernel's own threads, in session 0, never have one.
        unsure |= environment.Length == 0 && process.Session != 0 && ProcessTable.UptimeTicks - process.StartTicks < LongestExecTicks;
        return ProcessTable.Variable(environment, WireProtocol.InstanceIdVariable) == instanceId;
    }
}
