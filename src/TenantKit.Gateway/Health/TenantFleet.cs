using System.Collections.Concurrent;
using TenantKit.Gateway.Forwarding;
using TenantKit.Gateway.LoadBalancing;

namespace TenantKit.Gateway.Health;

/// <summary>The instances of one tenant that is awake. Readers take the snapshot of available ones; writers swap it whole.</summary>
/// <remarks>
/// When fewer than the panic share of the proven instances are healthy, all that are there take requests: either the verdicts are wrong, or the
/// few that are left would be overrun. This looks at one tenant only. An only instance never causes it.
/// </remarks>
internal sealed class TenantFleet(string tenantId, double panicShare = 0.5, ConcurrentDictionary<string, TenantFleet>? troubled = null)
{
    private readonly Lock writing = new();
    private InstanceSlot[] slots = [];
    private InstanceSlot[] available = [];
    private long sequence;
    private long intervalBegan;
    private volatile bool panics;
    private volatile bool hasTrials;

    public string TenantId { get; } = tenantId;

    /// <summary>All of them, by id.</summary>
    public InstanceSlot[] Slots => Volatile.Read(ref slots);

    /// <summary>Those that take requests now.</summary>
    public InstanceSlot[] Available => Volatile.Read(ref available);

    /// <summary>True while too few are healthy to go by health.</summary>
    public bool Panics => panics;

    /// <summary>True while an instance takes one request at a time, after an ejection.</summary>
    public bool HasTrials => hasTrials;

    /// <summary>What policies keep for this tenant.</summary>
    public LoadBalancingMemory Memory { get; } = new();

    /// <summary>What may be sent to it again.</summary>
    public RetryBudget Retries { get; } = new();

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

    /// <summary>Begins a new interval of answers when one is over.</summary>
    public void Rotate(long now, long interval)
    {
        if (now - Volatile.Read(ref intervalBegan) < interval)
        {
            return;
        }

        lock (writing)
        {
            var passed = now - intervalBegan;
            if (passed >= interval)
            {
                Volatile.Write(ref intervalBegan, now);
                foreach (var slot in slots)
                {
                    slot.Answers.Rotate();
                    if (passed >= 2 * interval)
                    {
                        slot.Answers.Rotate();
                    }
                }
            }
        }
    }

    private void Refresh()
    {
        var proven = slots.Count(static slot => slot.WasReady && !slot.Draining);
        var healthy = Array.FindAll(slots, static slot => slot.Healthy);
        panics = proven > 1 && healthy.Length < proven * panicShare;
        hasTrials = Array.Exists(slots, static slot => slot.Ejection.Trial);
        if (healthy.Length < slots.Length || hasTrials)
        {
            troubled?.TryAdd(TenantId, this);
        }
        else
        {
            troubled?.TryRemove(KeyValuePair.Create(TenantId, this));
        }

        Volatile.Write(ref available, panics ? Array.FindAll(slots, static slot => slot.TakesRequestsInPanic) : healthy);
    }
}
