using Microsoft.Extensions.Options;
using TenantKit.Leases;
using TenantKit.Management;
using TenantKit.Tenants;

namespace TenantKit.Reconciliation.Queue;

/// <summary>
/// Bounds how many tenants start at the same time. Who waits is served by origin (people, wakes, background), then in order of arrival.
/// Each replica may use the part of the bound that its shares of the tenants are of all shares. A tenant found in the middle of its start,
/// after a restart or a change of replicas, keeps its place.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class StartLimiter(IOptions<TenantKitOptions> options, ShardLeases leases, ReconcileQueue queue, TimeProvider time) : IStartQueue
{
    // The mean of about the last ten starts; what a start takes is mostly the app's own time, which changes slowly.
    private const double WeightOfNewest = 0.2;

    private readonly Lock gate = new();
    private readonly Dictionary<string, long> starting = [];
    private readonly HashSet<string> kept = [];
    private readonly List<Waiter> waiting = [];
    private TimeSpan? usual;

    /// <summary>The most that this replica starts at the same time: its part, and one at least.</summary>
    public int Limit => Math.Max(1, options.Value.MaxConcurrentStarts * leases.Held / Shards.Count);

    /// <summary>Who starts now and who waits for it, in order; for diagnostics.</summary>
    public (IReadOnlyList<string> Starting, IReadOnlyList<string> Waiting) Snapshot()
    {
        lock (gate)
        {
            return ([.. starting.Keys.Order(StringComparer.Ordinal)], [.. waiting.Select(static waiter => waiter.TenantId)]);
        }
    }

    /// <summary>Gives a tenant that was found starting its place, also beyond the bound: it uses it already.</summary>
    public void Keep(string tenantId)
    {
        lock (gate)
        {
            if (starting.TryAdd(tenantId, time.GetTimestamp()))
            {
                kept.Add(tenantId);
            }
        }
    }

    /// <summary>Takes a place, or keeps the one held. False: the tenant is queued again once its turn has come.</summary>
    public bool TryEnter(string tenantId, IntentOrigin origin)
    {
        lock (gate)
        {
            if (starting.ContainsKey(tenantId))
            {
                if (!kept.Remove(tenantId) || starting.Count <= Limit)
                {
                    return true;
                }

                // It was thought to be starting, and it has yet to: beyond the bound it waits for its turn like everybody.
                starting.Remove(tenantId);
            }

            var position = waiting.FindIndex(waiter => waiter.TenantId == tenantId);
            if (position < 0)
            {
                position = waiting.FindIndex(waiter => waiter.Origin > origin);
                position = position < 0 ? waiting.Count : position;
                waiting.Insert(position, new Waiter(tenantId, origin));
            }

            if (position < Limit - starting.Count)
            {
                waiting.RemoveAt(position);
                starting.Add(tenantId, time.GetTimestamp());
                return true;
            }

            return false;
        }
    }

    /// <summary>Gives the place, or the turn, back.</summary>
    public void Leave(string tenantId)
    {
        lock (gate)
        {
            var waited = waiting.RemoveAll(waiter => waiter.TenantId == tenantId) > 0;
            var found = kept.Remove(tenantId);
            if (starting.Remove(tenantId, out var since))
            {
                Learn(found ? null : time.GetElapsedTime(since));
                Call();
            }
            else if (waited)
            {
                // Who waited may have been called, and gives the turn back without having used it: the next one gets it.
                Call();
            }
        }
    }

    /// <summary>Calls those whose turn has come: the bound may have grown.</summary>
    public void Reconsider()
    {
        lock (gate)
        {
            Call();
        }
    }

    /// <summary>How many tenants start before this one; 0 when it has a place or is not waiting.</summary>
    public int GetPosition(string tenantId)
    {
        lock (gate)
        {
            return waiting.FindIndex(waiter => waiter.TenantId == tenantId) + 1;
        }
    }

    /// <inheritdoc/>
    public StartOutlook GetOutlook(string tenantId)
    {
        lock (gate)
        {
            if (starting.TryGetValue(tenantId, out var since))
            {
                var left = usual - time.GetElapsedTime(since);
                return new StartOutlook(0, left < TimeSpan.Zero ? TimeSpan.Zero : left);
            }

            var index = waiting.FindIndex(waiter => waiter.TenantId == tenantId);
            var before = index >= 0 ? index : waiting.Count(static waiter => waiter.Origin <= IntentOrigin.Wake);
            var limit = Limit;
            var free = limit - starting.Count;
            var position = before < free ? 0 : before - Math.Max(0, free) + 1;

            // Those before it start in turns of as many as may start at a time; its own start comes after them.
            return new StartOutlook(position, usual * (1 + ((position + limit - 1) / limit)));
        }
    }

    // One found in the middle of its start began at a time that nobody knows.
    private void Learn(TimeSpan? took)
    {
        if (took is { } newest)
        {
            usual = usual is { } mean ? mean + (WeightOfNewest * (newest - mean)) : newest;
        }
    }

    private void Call()
    {
        for (var i = 0; i < waiting.Count && i < Limit - starting.Count; i++)
        {
            queue.Add(waiting[i].TenantId, waiting[i].Origin);
        }
    }

    private sealed record Waiter(string TenantId, IntentOrigin Origin);
}
