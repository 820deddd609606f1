namespace TenantKit.Kubernetes.Units;

/// <summary>What this control plane remembers of a unit beyond what the cluster says: only what saves requests, nothing that it depends on.</summary>
internal sealed class UnitMemory
{
    /// <summary>One call at a time.</summary>
    public SemaphoreSlim Gate { get; } = new(1);

    /// <summary>True when the last call may have had an effect that was not seen: look at the server before the next.</summary>
    public bool IsDoubtful { get; set; }

    /// <summary>The settings that were asked for last; null when this control plane has asked for none yet.</summary>
    public string? Fingerprint { get; set; }

    /// <summary>Names of pods whose key is known to be there.</summary>
    public HashSet<string> Keys { get; } = new(StringComparer.Ordinal);
}
