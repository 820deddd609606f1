namespace TenantKit.Gateway.LoadBalancing;

/// <summary>A hash that is the same in every process: all gateways must agree on it.</summary>
/// <remarks>FNV-1a over the characters, finished by the mixer of SplitMix64 (G. Steele, D. Lea, C. Flood, OOPSLA 2014). Not for secrets.</remarks>
internal static class StableHash
{
    public static ulong Of(ReadOnlySpan<char> text)
    {
        var hash = 14695981039346656037UL;
        foreach (var character in text)
        {
            hash = (hash ^ character) * 1099511628211UL;
        }

        return Mix(hash);
    }

    public static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15UL;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
