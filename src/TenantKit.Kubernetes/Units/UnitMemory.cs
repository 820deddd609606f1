using System.Collections.Concurrent;

namespace TenantKit.Kubernetes.Units;

/// <summary>What this control plane remembers of a unit beyond what the cluster says: only what saves requests, nothing that it depends on.</summary>
internal sealed class UnitMemory
{
    private readonly ConcurrentDictionary<string, bool> keys = new(StringComparer.Ordinal); // instances of one call start side by side
    private int doubts;
    private int lookedAt;

    /// <summary>One call at a time.</summary>
    public SemaphoreSlim Gate { get; } = new(1);

    /// <summary>True when the last call may have had an effect that was not seen: look at the server before the next.</summary>
    public bool IsDoubtful { get; private set; }

    /// <summary>How often there was doubt, for <see cref="LookedAt"/>.</summary>
    public int Doubts => doubts;

    /// <summary>True when nobody has looked since the last doubt: an observation looks once, the watches tell of the rest.</summary>
    public bool IsUnseen => IsDoubtful && Volatile.Read(ref lookedAt) != Doubts;

    /// <summary>The settings that were asked for last; null when this control plane has asked for none yet.</summary>
    public string? Fingerprint { get; set; }

    /// <summary>When the database beside the app was told to start (<see cref="TimeProvider.GetTimestamp"/>) and has not been seen since; null when it was not.</summary>
    public long? DatabaseOrderedAt { get; set; }

    /// <summary>True when this call changed quota and limits.</summary>
    public bool HasNewLimits { get; set; }

    /// <summary>True when the key of the pod of this name is known to be there.</summary>
    public bool HasKey(string pod) => keys.ContainsKey(pod);

    /// <summary>The key of a pod is there.</summary>
    public void KeyDelivered(string pod) => keys[pod] = true;

    /// <summary>Nothing is known of any key.</summary>
    public void ForgetKeys() => keys.Clear();

    /// <summary>Keeps nothing about other pods than these.</summary>
    public void KeepKeys(IReadOnlySet<string> pods)
    {
        foreach (var pod in keys.Keys.Where(pod => !pods.Contains(pod)))
        {
            keys.TryRemove(pod, out _);
        }
    }

    /// <summary>The last call may have had an effect that was not seen.</summary>
    public void Doubt()
    {
        Interlocked.Increment(ref doubts);
        IsDoubtful = true;
    }

    /// <summary>A call looked at the server.</summary>
    public void Settle() => IsDoubtful = false;

    /// <summary>An observation looked at the server.</summary>
    /// <param name="known">What <see cref="Doubts"/> was before the look.</param>
    public void LookedAt(int known) => Volatile.Write(ref lookedAt, known);
}
