using System.Diagnostics.CodeAnalysis;

namespace TenantKit.Gateway.Access;

/// <summary>The tokens that were used last, found without hashing them cryptographically: they are compared as they are.</summary>
/// <remarks>
/// Thread-safe without locks: an entry is immutable, and one that is replaced is found by its SHA-256 again. The place is chosen by the end of a
/// token, which is its signature, with the process's random seed of string hashes: nobody can aim at another's place. At most 4 MB.
/// </remarks>
internal sealed class RecentTokens
{
    private const int Size = 1024; // a power of two
    private const int MostCharacters = 2048;
    private const int Sampled = 32;

    private readonly Entry?[] entries = new Entry?[Size];

    public bool TryGet(ReadOnlySpan<char> token, DateTimeOffset now, [NotNullWhen(true)] out Caller? caller)
    {
        var entry = Volatile.Read(ref Place(token));
        caller = entry is not null && entry.Caller.ExpiresAt > now && token.SequenceEqual(entry.Token) ? entry.Caller : null;
        return caller is not null;
    }

    public void Set(ReadOnlySpan<char> token, Caller caller)
    {
        if (token.Length <= MostCharacters)
        {
            Volatile.Write(ref Place(token), new Entry(token.ToString(), caller));
        }
    }

    private ref Entry? Place(ReadOnlySpan<char> token) => ref entries[string.GetHashCode(token[^Math.Min(Sampled, token.Length)..]) & (Size - 1)];

    private sealed record Entry(string Token, Caller Caller);
}
