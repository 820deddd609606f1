namespace TenantKit.Leases;

/// <summary>FNV-1a (Fowler, Noll, Vo), 64 bits, with the finalizer of MurmurHash3: the same in every process.</summary>
internal static class StableHash
{
    public static ulong Of(string text, ulong seed = 0)
    {
        var hash = 14695981039346656037UL ^ seed;
        foreach (var letter in text)
        {
            hash = (hash ^ letter) * 1099511628211UL;
        }

        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdUL;
        hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53UL;
        return hash ^ (hash >> 33);
    }
}
