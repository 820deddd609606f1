namespace TenantKit.Orchestration.Processes;

/// <summary>Finds again, after a restart of the host, what runs: by process number, start time and marker, never by name.</summary>
internal sealed class Recovery(UnitsRoot root, string installation, InstanceSupervisor supervisor, TimeProvider time)
{
    /// <summary>Loads every unit that has instances, adopts the live ones, and ends processes of ours that no record knows.</summary>
    public IEnumerable<ProcessUnit> Run()
    {
        var marked = FindMarked();
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

        foreach (var orphan in marked.Values)
        {
            SessionKiller.KillNow(orphan.Session, startTicks: null);
        }

        return units;
    }

    private void Load(ProcessUnit unit, InstanceRecord record, Dictionary<string, ProcessStat> marked)
    {
        if (record.ExitedAt is null && Find(unit, record, marked) is { } process)
        {
            marked.Remove(record.Id);
            var adopted = new ProcessInstance(unit, record with
            {
                Pid = process.Pid,
                StartTicks = process.StartTicks,
                BootId = ProcessTable.BootId,
                StartedAt = record.StartedAt ?? time.GetUtcNow(),
            }) { IsAdopted = true };
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

    private static ProcessStat? Find(ProcessUnit unit, InstanceRecord record, Dictionary<string, ProcessStat> marked)
    {
        if (marked.TryGetValue(record.Id, out var found) && (record.Pid == 0 || (found.Pid == record.Pid && found.StartTicks == record.StartTicks)))
        {
            return found;
        }

        // An app may overwrite the memory that shows its environment; then number, start time, boot and session must all agree.
        var pid = record.Pid;
        var ticks = record.StartTicks;
        if (pid == 0 && unit.Folder.ReadPid(record.Id) is { } noted)
        {
            (pid, ticks) = (noted.Pid, noted.StartTicks);
        }

        return pid > 1 && (record.BootId is null || record.BootId == ProcessTable.BootId)
            && ProcessTable.Read(pid) is { IsAlive: true } process && process.StartTicks == ticks && process.Session == pid
                ? process
                : null;
    }

    /// <summary>Leaders of sessions that carry our marker, by instance.</summary>
    private Dictionary<string, ProcessStat> FindMarked()
    {
        var found = new Dictionary<string, ProcessStat>(StringComparer.Ordinal);
        foreach (var process in ProcessTable.All())
        {
            if (process.IsAlive
                && process.Session == process.Pid
                && ProcessTable.Variable(process.Pid, InstanceEnvironment.MarkerVariable) == installation
                && ProcessTable.Variable(process.Pid, Control.WireProtocol.InstanceIdVariable) is { } instanceId)
            {
                found[instanceId] = process;
            }
        }

        return found;
    }
}
