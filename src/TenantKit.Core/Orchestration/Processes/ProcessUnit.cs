namespace TenantKit.Orchestration.Processes;

/// <summary>A unit in the host's table. Changes are made by whoever holds <see cref="Gate"/>; looks need none.</summary>
internal sealed class ProcessUnit(string tenantId, UnitFolder folder)
{
    private readonly Lock listGate = new();
    private volatile ProcessInstance[] instances = [];

    public string TenantId { get; } = tenantId;

    public UnitFolder Folder { get; } = folder;

    public SemaphoreSlim Gate { get; } = new(1);

    public StorageMeter Storage { get; } = new(folder.Data);

    /// <summary>Settings of the newest specification; null while this host has not seen one.</summary>
    public string? Fingerprint { get; set; }

    /// <summary>True once it was taken out of the table; whoever waited for it must look it up again.</summary>
    public bool IsRemoved { get; set; }

    /// <summary>Live instances and the last one that ended by itself, oldest first.</summary>
    public IReadOnlyList<ProcessInstance> Instances => instances;

    public void Add(ProcessInstance instance)
    {
        lock (listGate)
        {
            instances = [.. instances, instance];
        }
    }

    public void Remove(ProcessInstance instance)
    {
        lock (listGate)
        {
            instances = [.. instances.Where(other => other != instance)];
        }
    }

    public UnitObservation Observe(UnitMark mark)
    {
        var fingerprint = Fingerprint ?? (instances is [.., var newest] ? newest.Record.Fingerprint : null);
        return new UnitObservation(mark.ToUnit(), [.. instances.Select(instance => instance.Observe(fingerprint))], Folder.HasData);
    }
}
