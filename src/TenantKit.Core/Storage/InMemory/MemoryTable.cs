namespace TenantKit.Storage.InMemory;

/// <summary>The records of one type, by key, with their indexes. Guarded by the store's lock.</summary>
/// <param name="stamp">Gives a record its revision.</param>
/// <param name="uniqueName">The index that may hold each value once; null when no name is unique.</param>
/// <param name="displayName">The unique name as people know it.</param>
/// <param name="indexes">The other indexes.</param>
internal sealed class MemoryTable<T>(
    Func<T, long, T> stamp,
    MemoryIndex<T>? uniqueName = null,
    Func<T, string>? displayName = null,
    params MemoryIndex<T>[] indexes) : IMemoryTable
    where T : class, IStoreRecord
{
    private readonly Dictionary<string, T> rows = new(StringComparer.Ordinal);
    private readonly SortedSet<string> keys = new(StringComparer.Ordinal);
    private readonly MemoryIndex<T>[] all = uniqueName is null ? indexes : [uniqueName, .. indexes];

    public T? Find(string key) => rows.GetValueOrDefault(key);

    public IEnumerable<T> In(MemoryIndex<T> index, string value) => index.Keys(value).Select(key => rows[key]);

    /// <summary>The records behind a key, in order of key.</summary>
    public IEnumerable<T> After(string? key)
    {
        if (keys.Count == 0 || (key is not null && string.CompareOrdinal(key, keys.Max) >= 0))
        {
            return [];
        }

        var rest = key is null ? keys : keys.GetViewBetween(key, keys.Max!);
        return rest.Where(each => each != key).Select(each => rows[each]);
    }

    public void Apply(StoreWrite write, long revision, Stack<Action> undo)
    {
        var record = (T)write.Record;
        var before = Find(record.Key);
        if (before is null ? record.Revision != 0 || write.IsDelete : before.Revision != record.Revision)
        {
            throw new RevisionConflictException(typeof(T).Name, record.Key);
        }

        if (write.IsDelete)
        {
            Remove(before!);
            undo.Push(() => Add(before!));
            return;
        }

        if (uniqueName?.ValueOf(record) is { } name && uniqueName.Keys(name).Any(key => key != record.Key))
        {
            throw new NameTakenException(typeof(T).Name, displayName!(record));
        }

        var after = stamp(record, revision);
        Replace(before, after);
        undo.Push(() => Replace(after, before));
    }

    private void Replace(T? before, T? after)
    {
        if (before is not null)
        {
            Remove(before);
        }

        if (after is not null)
        {
            Add(after);
        }
    }

    private void Add(T record)
    {
        rows[record.Key] = record;
        keys.Add(record.Key);
        foreach (var index in all)
        {
            index.Add(record);
        }
    }

    private void Remove(T record)
    {
        rows.Remove(record.Key);
        keys.Remove(record.Key);
        foreach (var index in all)
        {
            index.Remove(record);
        }
    }
}
