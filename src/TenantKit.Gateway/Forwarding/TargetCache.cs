namespace TenantKit.Gateway.Forwarding;

/// <summary>The addresses of an instance that were asked for lately, read once: apps have few paths that get most of their requests.</summary>
/// <remarks>Thread-safe without locks: an entry is immutable, and a lost one is made again. Addresses with a query or a long path are not kept.</remarks>
internal sealed class TargetCache(string destinationPrefix)
{
    private const int Size = 8;
    private const int MostCharacters = 128;
    private static readonly UriCreationOptions AsSent = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private Entry?[]? entries;

    public Uri Get(string path, string query)
    {
        if (query.Length > 0 || path.Length > MostCharacters)
        {
            return new Uri(string.Concat(destinationPrefix, path, query), AsSent);
        }

        ref var place = ref LazyInitializer.EnsureInitialized(ref entries, static () => new Entry?[Size])[(uint)string.GetHashCode(path) % Size];
        var entry = Volatile.Read(ref place);
        if (entry is null || !string.Equals(entry.Path, path, StringComparison.Ordinal))
        {
            entry = new Entry(path, new Uri(string.Concat(destinationPrefix, path), AsSent));
            Volatile.Write(ref place, entry);
        }

        return entry.Address;
    }

    private sealed record Entry(string Path, Uri Address);
}
