namespace TenantKit.Storage.InMemory;

/// <summary>The newest changes, in order of revision. Guarded by the store's lock.</summary>
/// <param name="capacity">Entries to keep at least; older ones are trimmed.</param>
internal sealed class MemoryChangeLog(int capacity)
{
    private readonly List<ChangeLogEntry> entries = [];
    private long trimmed;

    public void Append(long revision, IEnumerable<string> tenantIds)
    {
        foreach (var tenantId in tenantIds)
        {
            entries.Add(new ChangeLogEntry(revision, tenantId));
        }

        // Twice the capacity before anything goes: so trimming costs nothing on average, and cuts between revisions only.
        if (entries.Count > capacity * 2L)
        {
            var keep = entries.Count - capacity;
            trimmed = entries[keep - 1].Revision;
            while (keep < entries.Count && entries[keep].Revision == trimmed)
            {
                keep++;
            }

            entries.RemoveRange(0, keep);
        }
    }

    public IReadOnlyList<ChangeLogEntry> Read(long afterRevision, int limit)
    {
        if (afterRevision < trimmed)
        {
            throw new RevisionExpiredException(afterRevision);
        }

        var from = FirstAfter(afterRevision);
        var to = Math.Min(from + limit, entries.Count);
        if (to < entries.Count && to > from && entries[to - 1].Revision == entries[to].Revision)
        {
            var cut = entries[to].Revision;
            var start = FirstAfter(cut - 1);
            to = start > from ? start : FirstAfter(cut);
        }

        return entries.GetRange(from, to - from);
    }

    private int FirstAfter(long revision)
    {
        var (low, high) = (0, entries.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (entries[middle].Revision > revision)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }
}
