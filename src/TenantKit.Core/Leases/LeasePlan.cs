using TenantKit.Storage;

namespace TenantKit.Leases;

/// <summary>Who should hold which share, from the rows and the living replicas: a pure decision, the same at every replica that sees the same.</summary>
/// <param name="Takes">Shares to take now.</param>
/// <param name="Yields">Shares in this replica's name that another living one should have.</param>
internal sealed record LeasePlan(IReadOnlyList<int> Takes, IReadOnlyList<int> Yields)
{
    /// <remarks>
    /// Highest random weight ("A Name-Based Mapping Scheme for Rendezvous", Thaler and Ravishankar 1996): when a replica comes or goes, only
    /// its shares move. A share is taken when nobody holds it, when its holder is gone, or when an earlier process of the same replica held it.
    /// </remarks>
    public static LeasePlan Make(IReadOnlyDictionary<string, Lease> leases, string self, IReadOnlyList<string> living, Func<int, bool> isHeld)
    {
        List<int> takes = [];
        List<int> yields = [];
        for (var shard = 0; shard < Shards.Count; shard++)
        {
            var mine = Owner(shard, living) == self;
            if (isHeld(shard))
            {
                if (!mine)
                {
                    yields.Add(shard);
                }

                continue;
            }

            var holder = leases.GetValueOrDefault(Shards.NameOf(shard))?.Holder;
            if (!mine && holder == self)
            {
                // Left over from an earlier process of this name: as long as this one lives, nobody else would take it.
                yields.Add(shard);
            }
            else if (mine && (holder is null || holder == self || !living.Contains(holder)))
            {
                takes.Add(shard);
            }
        }

        return new LeasePlan(takes, yields);
    }

    private static string Owner(int shard, IReadOnlyList<string> living)
    {
        var (best, highest) = (living[0], 0UL);
        foreach (var replica in living)
        {
            var weight = StableHash.Of(replica, (ulong)shard + 1);
            if (weight >= highest)
            {
                (best, highest) = (replica, weight);
            }
        }

        return best;
    }
}
