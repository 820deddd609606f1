namespace TenantKit.Orchestration.Processes;

/// <summary>Ends everything in a session, whatever groups its processes made.</summary>
internal static class SessionKiller
{
    /// <summary>
    /// Kills the members of a session. Linux gives no new process a number that is still in use as a session: a leader that is there but
    /// started at another time means that ours is gone with all its members.
    /// </summary>
    /// <returns>True when somebody was there to kill.</returns>
    public static bool KillNow(int session, long? startTicks)
    {
        var members = ProcessTable.All().Where(process => process.Session == session && process.IsAlive).ToList();
        if (startTicks is { } ticks && members.Exists(process => process.Pid == session && process.StartTicks != ticks))
        {
            return false;
        }

        foreach (var process in members)
        {
            Signals.Send(process.Pid, Signals.Kill);
        }

        return members.Count > 0;
    }
}
