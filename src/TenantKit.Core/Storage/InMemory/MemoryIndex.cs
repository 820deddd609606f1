namespace TenantKit.Storage.InMemory;

/// <summary>Finds the keys of the records that share a value, in order of key. Guarded by the store's lock.</summary>
internal sealed class MemoryIndex<T>(Func<T, string?> value)
    where T : class, IStoreRecord
{
    private static readonly SortedSet<string> None = [];
    private readonly SortedDictionary<string, SortedSet<string>> keys = new(StringComparer.Ordinal);

    /// <summary>The values that at least one record has, in order.</summary>
    public IEnumerable<string> Values => keys.Keys;

    public string? ValueOf(T record) => value(record);

    public SortedSet<string> Keys(string of) => keys.GetValueOrDefault(of, None);

    public void Add(T record)
    {
        if (value(record) is not { } of)
        {
            return;
        }

        if (!keys.TryGetValue(of, out var set))
        {
            keys[of] = set = new SortedSet<string>(StringComparer.Ordinal);
        }

        set.Add(record.Key);
    }

    public void Remove(T record)
    {
        if (value(record) is { } of && keys.TryGetValue(of, out var set) && set.Remove(record.Key) && set.Count == 0)
        {
            keys.Remove(of);
        }
    }
}
