namespace TenantKit.Orchestration.Processes;

/// <summary>Reads CPU and memory of an instance and its descendants from <c>/proc</c>.</summary>
internal sealed class UsageReader(TimeProvider time)
{
    public InstanceUsage Read(ProcessInstance instance)
    {
        var (ticks, pages) = (0L, 0L);
        foreach (var process in ProcessTable.Tree(instance.Record.Pid))
        {
            ticks += process.CpuTicks;
            pages += process.ResidentPages;
        }

        var now = time.GetTimestamp();
        var millicores = 0;
        if (instance.LastCpu is { } last && time.GetElapsedTime(last.Timestamp, now) is { TotalMilliseconds: > 0 } passed)
        {
            // A child that ended takes its ticks along: never below zero.
            millicores = (int)Math.Max(0, (ticks - last.Ticks) * 1000.0 / ProcessTable.TicksPerSecond / passed.TotalSeconds);
        }

        instance.LastCpu = (ticks, now);
        return new InstanceUsage(instance.Id, millicores, pages * Environment.SystemPageSize);
    }
}
