using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace TenantKit.Gateway;

/// <summary>
/// Keeps what was used last, in two generations (the second chance of a clock cache, with one bit told by where an entry is): what the older one
/// is asked for moves to the younger; when that is full it becomes the older, and what nobody asked for in between is gone.
/// </summary>
/// <remarks>Thread-safe. Finding takes no lock. An entry that is lost between two generations is one that has to be made again, no more.</remarks>
/// <param name="most">How many are kept at most; 2 or more.</param>
/// <param name="comparer">How keys are compared; null for their own way.</param>
internal sealed class RecentlyUsed<TKey, TValue>(int most, IEqualityComparer<TKey>? comparer = null)
    where TKey : notnull
    where TValue : class
{
    private readonly Lock gate = new();
    private readonly int size = Math.Max(most / 2, 1);
    private Generation young = new(comparer);
    private Generation old = new(comparer);

    public bool TryGet(TKey key, [NotNullWhen(true)] out TValue? value)
    {
        if (Volatile.Read(ref young).Entries.TryGetValue(key, out value))
        {
            return true;
        }

        if (!Volatile.Read(ref old).Entries.TryGetValue(key, out value))
        {
            return false;
        }

        Set(key, value);
        return true;
    }

    /// <summary>As <see cref="TryGet(TKey, out TValue)"/> for a string that is part of another one. Only where keys are strings, compared in a way that can do it.</summary>
    public bool TryGet(ReadOnlySpan<char> key, [NotNullWhen(true)] out TValue? value)
    {
        if (Volatile.Read(ref young).ByCharacters.TryGetValue(key, out value))
        {
            return true;
        }

        if (!Volatile.Read(ref old).ByCharacters.TryGetValue(key, out var same, out value))
        {
            return false;
        }

        Set(same, value);
        return true;
    }

    public void Set(TKey key, TValue value)
    {
        var to = Volatile.Read(ref young);
        if (to.Count() > size)
        {
            to = Turn(to);
        }

        to.Entries[key] = value;
    }

    private Generation Turn(Generation full)
    {
        lock (gate)
        {
            if (ReferenceEquals(young, full))
            {
                Volatile.Write(ref old, full);
                Volatile.Write(ref young, new Generation(comparer));
            }

            young.Count();
            return young;
        }
    }

    private sealed class Generation(IEqualityComparer<TKey>? comparer)
    {
        private int count;

        public ConcurrentDictionary<TKey, TValue> Entries { get; } = new(comparer);

        public ConcurrentDictionary<TKey, TValue>.AlternateLookup<ReadOnlySpan<char>> ByCharacters => Entries.GetAlternateLookup<ReadOnlySpan<char>>();

        /// <summary>Counts one more.</summary>
        public int Count() => Interlocked.Increment(ref count);
    }
}
