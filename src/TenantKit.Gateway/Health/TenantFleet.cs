using TenantKit.Gateway.LoadBalancing;

namespace TenantKit.Gateway.Health;

/// <summary>The instances of one tenant that is awake. Readers take the snapshot of available ones; writers swap it whole.</summary>
internal sealed class TenantFleet(string tenantId)
{
    private readonly Lock writing = new();
    private InstanceSlot[] slots = [];
    private InstanceSlot[] available = [];
    private long sequence;

    public string TenantId { get; } = tenantId;

    /// <summary>All of them.</summary>
    public InstanceSlot[] Slots => Volatile.Read(ref slots);

    /// <summary>Those that take requests now.</summary>
    public InstanceSlot[] Available => Volatile.Read(ref available);

    /// <summary>What policies keep for this tenant.</summary>
    public LoadBalancingMemory Memory { get; } = new();

    public long NextSequence() => Interlocked.Increment(ref sequence);

    /// <summary>Replaces the instances.</summary>
    public void Set(InstanceSlot[] all)
    {
        lock (writing)
        {
            Volatile.Write(ref slots, all);
            Refresh();
        }
    }

    /// <summary>Changes something about a slot and looks again at which of them are available; true when that changed.</summary>
    public bool Update(Action change)
    {
        lock (writing)
        {
            change();
            var before = available.Length;
            Refresh();
            return available.Length != before;
        }
    }

    private void Refresh() => Volatile.Write(ref available, Array.FindAll(slots, static slot => slot.TakesRequests));
}
