using TenantKit.Storage;

namespace TenantKit.Leases;

/// <summary>
/// Which replicas live, by what this one saw: a row that changed within the lease time, on this one's own monotonic clock. So clocks of
/// replicas need not agree (client-go, <c>leaderelection</c>).
/// </summary>
internal sealed class Members(TimeProvider time, TimeSpan leaseTime)
{
    private const string Prefix = "replica/";
    private readonly Dictionary<string, (long Revision, long SeenAt)> seen = new(StringComparer.Ordinal);

    public static string LeaseOf(string replica) => Prefix + replica;

    public static bool IsMember(Lease lease) => lease.Name.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Takes note of the rows as they were just read.</summary>
    public void Observe(IReadOnlyList<Lease> leases)
    {
        var now = time.GetTimestamp();
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var lease in leases)
        {
            if (!IsMember(lease))
            {
                continue;
            }

            var name = lease.Name[Prefix.Length..];
            known.Add(name);
            if (!seen.TryGetValue(name, out var last) || last.Revision != lease.Revision)
            {
                seen[name] = (lease.Revision, now);
            }
        }

        foreach (var gone in seen.Keys.Where(name => !known.Contains(name)).ToList())
        {
            seen.Remove(gone);
        }
    }

    public bool IsAlive(string replica) => seen.TryGetValue(replica, out var last) && time.GetElapsedTime(last.SeenAt) < leaseTime;

    /// <summary>The living ones and this one, in order of name.</summary>
    public IReadOnlyList<string> Living(string self)
    {
        var living = seen.Keys.Where(IsAlive).Append(self).Distinct(StringComparer.Ordinal).ToList();
        living.Sort(StringComparer.Ordinal);
        return living;
    }

    /// <summary>When the next of them is taken for gone unless it renews; null when there is none.</summary>
    public TimeSpan? NextEnd(string self)
    {
        TimeSpan? next = null;
        foreach (var (name, last) in seen)
        {
            if (name != self && leaseTime - time.GetElapsedTime(last.SeenAt) is { Ticks: > 0 } left && !(next <= left))
            {
                next = left;
            }
        }

        return next;
    }
}
