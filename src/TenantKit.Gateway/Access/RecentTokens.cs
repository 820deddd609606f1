using System.Diagnostics.CodeAnalysis;

namespace TenantKit.Gateway.Access;

/// <summary>The tokens that were used last, found without hashing them cryptographically: they are compared as they are.</summary>
/// <remarks>
/// A set-associative cache, as processors have them: a token has four places, chosen by its end, which is its signature, with the process's random
/// seed of string hashes, so that nobody can aim at another's places. A newcomer takes a free place, or the oldest's, the latter one time in four only:
/// where more tokens are in use than there are places, making room costs more than it brings. Thread-safe without locks: an entry is immutable, and
/// one that is lost is found by its SHA-256 again. At most 8 MB.
/// </remarks>
internal sealed class RecentTokens
{
    private const int Ways = 4;
    private const int Sets = 512; // a power of two
    private const int Chance = 4; // one newcomer in so many
    private const int MostCharacters = 2048;
    private const int Sampled = 32;

    private readonly Entry?[] entries = new Entry?[Sets * Ways];
    private int arrivals;

    public bool TryGet(ReadOnlySpan<char> token, DateTimeOffset now, [NotNullWhen(true)] out Caller? caller)
    {
        foreach (ref var place in PlacesOf(token))
        {
            if (Volatile.Read(ref place) is { } entry && token.SequenceEqual(entry.Token))
            {
                caller = entry.Caller.ExpiresAt > now ? entry.Caller : null;
                return caller is not null;
            }
        }

        caller = null;
        return false;
    }

    public void Set(ReadOnlySpan<char> token, Caller caller)
    {
        if (token.Length > MostCharacters)
        {
            return;
        }

        var places = PlacesOf(token);
        if (places[^1] is not null && ++arrivals % Chance != 0)
        {
            return;
        }

        for (var i = places.Length - 1; i > 0; i--)
        {
            Volatile.Write(ref places[i], places[i - 1]);
        }

        Volatile.Write(ref places[0], new Entry(token.ToString(), caller));
    }

    private Span<Entry?> PlacesOf(ReadOnlySpan<char> token) =>
        entries.AsSpan((string.GetHashCode(token[^Math.Min(Sampled, token.Length)..]) & (Sets - 1)) * Ways, Ways);

    private sealed record Entry(string Token, Caller Caller);
}
