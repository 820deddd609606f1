using System.Collections.Concurrent;
using System.Collections.Frozen;
using TenantKit.Tenants;

namespace TenantKit.Reconciliation;

/// <summary>
/// How long each instance has been drained for: from the moment that this replica saw it recorded as withdrawn, on the monotonic clock. A
/// commit that takes long, a clock that jumps and a replica that takes over make a drain longer, never shorter.
/// </summary>
/// <remarks>Thread-safe; the passes over one tenant follow each other.</remarks>
internal sealed class DrainClock(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, FrozenDictionary<string, long>> drains = new(StringComparer.Ordinal);

    /// <summary>Starts to count for the instances that are recorded as draining, and forgets the others of the tenant.</summary>
    public void Note(string tenantId, IReadOnlyList<Instance> recorded)
    {
        if (!recorded.Any(static row => row.State == InstanceState.Draining))
        {
            Forget(tenantId);
            return;
        }

        var known = drains.GetValueOrDefault(tenantId, FrozenDictionary<string, long>.Empty);
        var draining = recorded.Where(static row => row.State == InstanceState.Draining).Select(static row => row.Id).ToList();
        if (known.Count != draining.Count || !draining.TrueForAll(known.ContainsKey))
        {
            var now = time.GetTimestamp();
            drains[tenantId] = draining.ToFrozenDictionary(static id => id, id => known.TryGetValue(id, out var since) ? since : now, StringComparer.Ordinal);
        }
    }

    /// <summary>How long an instance has been drained for; zero when it is not known to be recorded as draining.</summary>
    public TimeSpan Elapsed(string tenantId, string instanceId) =>
        drains.TryGetValue(tenantId, out var known) && known.TryGetValue(instanceId, out var since) ? time.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>Another replica drains its instances now, or nobody does.</summary>
    public void Forget(string tenantId) => drains.TryRemove(tenantId, out _);
}
