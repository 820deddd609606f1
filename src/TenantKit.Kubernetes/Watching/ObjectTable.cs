namespace TenantKit.Kubernetes.Watching;

/// <summary>The objects of one kind in memory, by tenant.</summary>
/// <remarks>
/// Thread-safe. Filled by the watch, and by the answers to the own writes, whichever is newer: so whoever writes reads its own writes, and a late
/// event never brings an older state back. What is gone stays gone: an answer that is taken in late does not bring it back.
/// </remarks>
/// <typeparam name="T">What is kept of them.</typeparam>
internal sealed class ObjectTable<T>(Action<string> changed)
    where T : WatchedObject
{
    private const int MostGone = 1024;
    private readonly Lock gate = new();
    private readonly Dictionary<string, T[]> byTenant = new(StringComparer.Ordinal);
    private readonly HashSet<string> gone = new(StringComparer.Ordinal);
    private readonly Queue<string> goneInOrder = new();

    public int Count
    {
        get
        {
            lock (gate)
            {
                return byTenant.Values.Sum(static objects => objects.Length);
            }
        }
    }

    /// <summary>The objects of a tenant, a snapshot that never changes.</summary>
    public IReadOnlyList<T> Of(string tenantId)
    {
        lock (gate)
        {
            return byTenant.TryGetValue(tenantId, out var known) ? known : [];
        }
    }

    public IReadOnlyList<string> Tenants()
    {
        lock (gate)
        {
            return [.. byTenant.Keys];
        }
    }

    /// <summary>Takes in an object unless a newer state of it is known.</summary>
    public void Put(T item)
    {
        if (Set(item))
        {
            changed(item.TenantId);
        }
    }

    /// <summary>Takes an object out; <paramref name="version"/> is that of the deletion.</summary>
    public void Remove(string tenantId, string uid, ulong version)
    {
        bool removed;
        lock (gate)
        {
            Bury(uid);
            removed = Drop(tenantId, item => item.Uid == uid && item.Version <= version);
        }

        if (removed)
        {
            changed(tenantId);
        }
    }

    /// <summary>What a consistent list of one tenant showed: what is missing in it is gone.</summary>
    public void Replace(string tenantId, IReadOnlyList<T> items, ulong version)
    {
        var uids = items.Select(static item => item.Uid).ToHashSet(StringComparer.Ordinal);
        bool removed;
        lock (gate)
        {
            removed = Drop(tenantId, item => item.Version <= version && !uids.Contains(item.Uid));
        }

        foreach (var item in items)
        {
            Put(item);
        }

        if (removed)
        {
            changed(tenantId);
        }
    }

    /// <summary>What a list of all showed.</summary>
    public void ReplaceAll(IReadOnlyList<T> items, ulong version)
    {
        var uids = items.Select(static item => item.Uid).ToHashSet(StringComparer.Ordinal);
        List<string> removed = [];
        lock (gate)
        {
            foreach (var tenantId in byTenant.Keys.ToList())
            {
                if (Drop(tenantId, item => item.Version <= version && !uids.Contains(item.Uid)))
                {
                    removed.Add(tenantId);
                }
            }
        }

        foreach (var item in items)
        {
            Put(item);
        }

        removed.ForEach(changed);
    }

    private bool Set(T item)
    {
        lock (gate)
        {
            if (gone.Contains(item.Uid))
            {
                return false;
            }

            if (!byTenant.TryGetValue(item.TenantId, out var known))
            {
                byTenant[item.TenantId] = [item];
                return true;
            }

            var index = Array.FindIndex(known, candidate => candidate.Uid == item.Uid);
            if (index < 0)
            {
                byTenant[item.TenantId] = [.. known, item];
                return true;
            }

            if (known[index].Version >= item.Version)
            {
                return false;
            }

            var next = known.ToArray();
            next[index] = item;
            byTenant[item.TenantId] = next;
            return true;
        }
    }

    private void Bury(string uid)
    {
        if (gone.Add(uid))
        {
            goneInOrder.Enqueue(uid);
            if (goneInOrder.Count > MostGone)
            {
                gone.Remove(goneInOrder.Dequeue());
            }
        }
    }

    private bool Drop(string tenantId, Predicate<T> isGone)
    {
        if (!byTenant.TryGetValue(tenantId, out var known) || !Array.Exists(known, isGone))
        {
            return false;
        }

        foreach (var item in known)
        {
            if (isGone(item))
            {
                Bury(item.Uid);
            }
        }

        var left = Array.FindAll(known, item => !isGone(item));
        if (left.Length == 0)
        {
            byTenant.Remove(tenantId);
        }
        else
        {
            byTenant[tenantId] = left;
        }

        return true;
    }
}
