using System.Globalization;

namespace TenantKit.Leases;

/// <summary>The fixed shares in which tenants are leased: a replica acts for whole shares, so that renewing costs one row, not one per tenant.</summary>
internal static class Shards
{
    /// <summary>How many; the same for every replica and version, or two of them would act for one tenant.</summary>
    public const int Count = 64;

    private static readonly string[] Names = [.. Enumerable.Range(0, Count).Select(static shard => "shard/" + shard.ToString("00", CultureInfo.InvariantCulture))];

    /// <summary>The lease of a share.</summary>
    public static string NameOf(int shard) => Names[shard];

    /// <summary>The share of a tenant: FNV-1a (Fowler, Noll, Vo) of its id, stable over processes and versions.</summary>
    public static int Of(string tenantId) => (int)(StableHash.Of(tenantId) % Count);
}
