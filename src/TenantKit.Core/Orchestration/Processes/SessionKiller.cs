using TenantKit.Control;

namespace TenantKit.Orchestration.Processes;

/// <summary>Ends everything an instance started, whatever groups and sessions its processes made.</summary>
internal static class SessionKiller
{
    /// <summary>
    /// Kills the members of a session, and what left it but still carries the instance's id in its environment. Linux gives no new process a
    /// number that is still in use as a session: a leader that is there but started at another time means that ours is gone with all its members.
    /// </summary>
    /// <param name="session">The session, which is the process that leads it.</param>
    /// <param name="startTicks">Its start; null when it is surely ours.</param>
    /// <param name="instanceId">The instance; null to look at the session alone.</param>
    /// <returns>True when somebody was there to kill.</returns>
    public static bool KillNow(int session, long? startTicks, string? instanceId = null)
    {
        var all = ProcessTable.All().Where(static process => process.IsAlive).ToList();
        var isForeign = startTicks is { } ticks && all.Exists(process => process.Pid == session && process.StartTicks != ticks);
        var victims = all.FindAll(process => process.Session == session
            ? !isForeign
            : instanceId is not null && process.StartTicks >= startTicks && ProcessTable.Variable(process.Pid, WireProtocol.InstanceIdVariable) == instanceId);
        foreach (var process in victims)
        {
            Signals.Send(process.Pid, Signals.Kill);
        }

        return victims.Count > 0;
    }
}
