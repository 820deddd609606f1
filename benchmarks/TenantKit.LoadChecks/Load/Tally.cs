using System.Collections.Concurrent;

namespace TenantKit.LoadChecks.Load;

/// <summary>Counts by what they are called; thread-safe.</summary>
internal sealed class Tally
{
    private readonly ConcurrentDictionary<string, int> counts = new(StringComparer.Ordinal);

    public int Total => counts.Values.Sum();

    public int this[string what] => counts.GetValueOrDefault(what);

    public void Add(string what) => counts.AddOrUpdate(what, 1, static (_, count) => count + 1);

    /// <summary>All counts, the largest first.</summary>
    public override string ToString() => counts.IsEmpty ? "none" : string.Join("; ", counts.OrderByDescending(static pair => pair.Value).Select(static pair => $"{pair.Value} × {pair.Key}"));
}
