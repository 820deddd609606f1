namespace TenantKit.Orchestration.Processes;

/// <summary>
/// One unit on disk: <c>unit.json</c> (whose it is), <c>data/</c> (its volume), <c>run/</c> (a record, a key and a process number per instance)
/// and <c>logs/</c>.
/// </summary>
internal sealed class UnitFolder(string path)
{
    public string Root { get; } = path;

    public string Data { get; } = Path.Combine(path, "data");

    public string Logs { get; } = Path.Combine(path, "logs");

    private string Run { get; } = Path.Combine(path, "run");

    private string MarkFile { get; } = Path.Combine(path, "unit.json");

    public string RecordFile(string instanceId) => Path.Combine(Run, instanceId + ".json");

    public string KeyFile(string instanceId) => Path.Combine(Run, instanceId + ".key");

    public string PidFile(string instanceId) => Path.Combine(Run, instanceId + ".pid");

    public UnitMark? ReadMark() => PrivateFiles.ReadJson(MarkFile, ProcessJson.Default.UnitMark);

    /// <summary>Makes the folder with its mark in one step, so that no folder is without an owner; then what is missing in it.</summary>
    public void Create(UnitMark mark, string draftName)
    {
        if (!Directory.Exists(Root))
        {
            var draft = new UnitFolder(Path.Combine(Path.GetDirectoryName(Root)!, draftName));
            try
            {
                PrivateFiles.CreateFolder(draft.Root);
                PrivateFiles.WriteJson(draft.MarkFile, mark, ProcessJson.Default.UnitMark);
                Directory.Move(draft.Root, Root);
            }
            catch
            {
                FolderRemoval.TryRemove(draft.Root);
                throw;
            }
        }

        PrivateFiles.CreateFolder(Data);
        PrivateFiles.CreateFolder(Logs);
        PrivateFiles.CreateFolder(Run);
    }

    public bool HasData => Directory.Exists(Data);

    public void Write(InstanceRecord record) => PrivateFiles.WriteJson(RecordFile(record.Id), record, ProcessJson.Default.InstanceRecord);

    public IEnumerable<InstanceRecord> ReadRecords()
    {
        if (!Directory.Exists(Run))
        {
            yield break;
        }

        foreach (var file in Directory.EnumerateFiles(Run, "*.json").Order(StringComparer.Ordinal))
        {
            if (PrivateFiles.ReadJson(file, ProcessJson.Default.InstanceRecord) is { } record)
            {
                yield return record;
            }
        }
    }

    /// <summary>What the launcher wrote down of itself before it became the app.</summary>
    public ProcessStat? ReadPid(string instanceId)
    {
        try
        {
            var parts = File.ReadAllText(PidFile(instanceId)).Split(' ', 2);
            return parts.Length == 2 && int.TryParse(parts[0], out var pid) ? ProcessStat.ParseFields(pid, parts[1]) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Removes all trace of an instance but its log.</summary>
    public void Forget(string instanceId)
    {
        ForgetSecrets(instanceId);
        PrivateFiles.Forget(RecordFile(instanceId));
    }

    public void ForgetSecrets(string instanceId)
    {
        PrivateFiles.Forget(KeyFile(instanceId));
        PrivateFiles.Forget(PidFile(instanceId));
    }

    public void RemoveAllButData()
    {
        FolderRemoval.Remove(Run);
        FolderRemoval.Remove(Logs);
    }
}
