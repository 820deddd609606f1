using TenantKit.Control;

namespace TenantKit.Orchestration.Processes;

/// <summary>Finds again, after a restart of the host, what runs: by process number, start time and marker, never by name.</summary>
internal sealed class Recovery(UnitsRoot root, string installation, InstanceSupervisor supervisor, TimeProvider time)
{
    /// <summary>Loads every unit that has instances, adopts the live ones, and ends processes of ours that no record knows.</summary>
    public IEnumerable<ProcessUnit> Run()
    {
        var marked = FindMarked().GroupBy(static process => process.InstanceId).ToDictionary(
            static group => group.Key, static group => group.Select(static process => process.Stat).OrderBy(static stat => stat.StartTicks).ToList());
        var units = new List<ProcessUnit>();
        foreach (var (folder, mark) in root.Enumerate())
        {
            var unit = new ProcessUnit(mark.TenantId, folder);
            foreach (var record in folder.ReadRecords())
            {
                Load(unit, record, marked);
            }

            if (unit.Instances.Count > 0)
            {
                units.Add(unit);
            }
        }

        foreach (var orphan in marked.Values.SelectMany(static processes => processes))
        {
            SessionKiller.KillNow(orphan.Pid, orphan.StartTicks);
        }

        return units;
    }

    private void Load(ProcessUnit unit, InstanceRecord record, Dictionary<string, List<ProcessStat>> marked)
    {
        if (record.ExitedAt is null && Find(unit, record, marked) is { } process)
        {
            marked.Remove(record.Id); // with what the app itself started in sessions of their own
            var adopted = new ProcessInstance(unit, record with
            {
                Pid = process.Pid,
                StartTicks = process.StartTicks,
                BootId = ProcessTable.BootId,
                StartedAt = record.StartedAt ?? time.GetUtcNow(),
            })
            { IsAdopted = true };
            unit.Add(adopted);
            unit.Folder.Write(adopted.Record);
            supervisor.Adopt(adopted);
            return;
        }

        unit.Folder.ForgetSecrets(record.Id);
        if (record.Pid == 0 || record.StopGrace is not null)
        {
            unit.Folder.Forget(record.Id); // it never ran, or ended as asked while nobody looked
            return;
        }

        var ended = new ProcessInstance(unit, record with { ExitedAt = record.ExitedAt ?? time.GetUtcNow() });
        unit.Folder.Write(ended.Record);
        ended.TryEnd();
        ended.SetGone();
        unit.Add(ended);
    }

    private static ProcessStat? Find(ProcessUnit unit, InstanceRecord record, Dictionary<string, List<ProcessStat>> marked)
    {
        var pid = record.Pid;
        var ticks = record.StartTicks;
        if (pid == 0 && unit.Folder.ReadPid(record.Id) is { } noted)
        {
            (pid, ticks) = (noted.Pid, noted.StartTicks);
        }

        if (marked.TryGetValue(record.Id, out var found))
        {
            // The host ended between the start and the note of it: the first process that carries the marker is the app.
            return pid == 0 ? found[0] : found.Cast<ProcessStat?>().FirstOrDefault(stat => stat!.Value.Pid == pid && stat.Value.StartTicks == ticks);
        }

        // An app may overwrite the memory that shows its environment; then number, start time, boot and session must all agree.
        return pid > 1 && (record.BootId is null || record.BootId == ProcessTable.BootId)
            && ProcessTable.Read(pid) is { IsAlive: true } process && process.StartTicks == ticks && process.Session == pid
                ? process
                : null;
    }

    /// <summary>Leaders of sessions that carry our marker.</summary>
    private IEnumerable<(string InstanceId, ProcessStat Stat)> FindMarked()
    {
        foreach (var process in ProcessTable.All())
        {
            if (process.IsAlive
                && process.Session == process.Pid
                && ProcessTable.Variable(process.Pid, InstanceEnvironment.MarkerVariable) == installation
                && ProcessTable.Variable(process.Pid, WireProtocol.InstanceIdVariable) is { } instanceId)
            {
                yield return (instanceId, process);
            }
        }
    }
}
