using System.Runtime.InteropServices;

namespace TenantKit.Gateway.LoadBalancing;

/// <summary>See <see cref="LoadBalancingPolicies.WeightedRoundRobin"/>.</summary>
/// <remarks>
/// (1) Each choice raises every candidate's account by its weight. (2) The highest account wins. (3) The winner pays the sum of all weights.
/// So over any sum-of-weights choices each is chosen exactly weight times, spread out: a, a, b, a, c, a, a for 5, 1, 1.
/// </remarks>
internal sealed class WeightedRoundRobinPolicy : ILoadBalancingPolicy
{
    public string Name => LoadBalancingPolicies.WeightedRoundRobin;

    public int Choose(in LoadBalancingContext context) => (context.Memory?.Get<Accounts>() ?? new Accounts()).Choose(context.Candidates);

    private sealed class Accounts
    {
        private readonly Lock gate = new();
        private readonly Dictionary<string, long> balances = new(StringComparer.Ordinal);

        public int Choose(IReadOnlyList<ILoadBalancingCandidate> candidates)
        {
            lock (gate)
            {
                var (best, most, total) = (0, long.MinValue, 0L);
                for (var i = 0; i < candidates.Count; i++)
                {
                    var weight = candidates[i].Weight;
                    ref var balance = ref CollectionsMarshal.GetValueRefOrAddDefault(balances, candidates[i].InstanceId, out _);
                    balance += weight; // (1)
                    total += weight;
                    if (balance > most) // (2)
                    {
                        (best, most) = (i, balance);
                    }
                }

                balances[candidates[best].InstanceId] -= total; // (3)
                Forget(candidates);
                return best;
            }
        }

        // Instances that are gone for good are few and small: they go when they outnumber the others.
        private void Forget(IReadOnlyList<ILoadBalancingCandidate> candidates)
        {
            if (balances.Count > (2 * candidates.Count) + 16)
            {
                var kept = candidates.Select(candidate => (candidate.InstanceId, balances[candidate.InstanceId])).ToList();
                balances.Clear();
                kept.ForEach(entry => balances[entry.InstanceId] = entry.Item2);
            }
        }
    }
}
