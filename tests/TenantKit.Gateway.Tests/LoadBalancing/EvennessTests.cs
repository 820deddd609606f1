using Microsoft.Extensions.DependencyInjection;
using TenantKit.Diagnostics;
using TenantKit.Gateway.LoadBalancing;
using TenantKit.Gateway.Tests.Support;

namespace TenantKit.Gateway.Tests.LoadBalancing;

/// <summary>Properties of every policy over random fleets: numbers of instances, weights, loads and keys drawn from a printed seed.</summary>
public sealed class EvennessTests
{
    private const int Rounds = 40;
    private const int Requests = 8_000;

    [Theory]
    [InlineData(LoadBalancingPolicies.RoundRobin)]
    [InlineData(LoadBalancingPolicies.WeightedRoundRobin)]
    [InlineData(LoadBalancingPolicies.LeastRequests)]
    [InlineData(LoadBalancingPolicies.PowerOfTwoChoices)]
    [InlineData(LoadBalancingPolicies.Random)]
    [InlineData(LoadBalancingPolicies.ConsistentHash)]
    public void Policy_OverEqualInstances_GivesEachTheSameWithinFiveStandardDeviations(string name)
    {
        var random = new SeededRandom();
        var policy = Policy(name, random);
        for (var round = 0; round < Rounds; round++)
        {
            var candidates = Fleet(random);
            var memory = new LoadBalancingMemory();
            var first = random.Next(1_000_000);
            for (var i = 0; i < Requests; i++)
            {
                var context = new LoadBalancingContext("t", candidates, first + i) { Key = $"user{first + i}", Memory = memory };
                candidates[policy.Choose(context)].Requests++;
            }

            // Those that go round are exact; those that draw deviate as a binomial distribution does.
            var mean = (double)Requests / candidates.Length;
            var exact = name is LoadBalancingPolicies.RoundRobin or LoadBalancingPolicies.WeightedRoundRobin or LoadBalancingPolicies.LeastRequests;
            var allowed = exact ? 1 : 5 * Math.Sqrt(mean * (1 - (1.0 / candidates.Length)));
            Assert.True(
                candidates.All(candidate => Math.Abs(candidate.Requests - mean) <= allowed),
                $"seed {random.Seed}, round {round}: {string.Join(", ", candidates.Select(candidate => candidate.Requests))} of mean {mean}");
        }
    }

    [Fact]
    public void WeightedRoundRobin_OverOneTurn_IsExactAndSmooth()
    {
        var random = new SeededRandom();
        var policy = Policy(LoadBalancingPolicies.WeightedRoundRobin, random);
        for (var round = 0; round < Rounds; round++)
        {
            var candidates = Fleet(random);
            Array.ForEach(candidates, candidate => candidate.Weight = random.Between(1, 20));
            var (memory, total) = (new LoadBalancingMemory(), candidates.Sum(candidate => candidate.Weight));
            for (var i = 1; i <= total * 3; i++)
            {
                candidates[policy.Choose(new LoadBalancingContext("t", candidates, i) { Memory = memory })].Requests++;

                // Smooth: at no time is one ahead of or behind its share by a whole turn of the fleet.
                Assert.All(candidates, candidate => Assert.True(
                    Math.Abs(candidate.Requests - ((double)i * candidate.Weight / total)) < candidates.Length,
                    $"seed {random.Seed}, round {round}, step {i}"));
            }

            Assert.All(candidates, candidate => Assert.True(candidate.Requests == candidate.Weight * 3, $"seed {random.Seed}, round {round}"));
        }
    }

    [Fact]
    public void WeightedRoundRobin_OfFiveOneOne_InterleavesAsNginxDoes()
    {
        var candidates = new[] { new Candidate("a") { Weight = 5 }, new Candidate("b"), new Candidate("c") };
        var memory = new LoadBalancingMemory();
        var policy = new WeightedRoundRobinPolicy();

        var order = string.Concat(Enumerable.Range(0, 7).Select(i => candidates[policy.Choose(new LoadBalancingContext("t", candidates, i) { Memory = memory })].InstanceId));

        Assert.Equal("aabacaa", order);
    }

    [Fact]
    public void ConsistentHash_WhenAnInstanceGoes_MovesOnlyItsOwnKeys()
    {
        var random = new SeededRandom();
        var policy = new ConsistentHashPolicy();
        for (var round = 0; round < Rounds; round++)
        {
            var before = Fleet(random, least: 3);
            var gone = before[random.Next(before.Length)];
            var after = before.Where(candidate => candidate != gone).ToArray();
            for (var i = 0; i < 500; i++)
            {
                var key = $"{round}/{i}";
                var (old, next) = (Pick(policy, before, key), Pick(policy, after, key));
                Assert.True(old == next || old == gone, $"seed {random.Seed}, round {round}, key {key}");
            }
        }
    }

    [Fact]
    public void ConsistentHash_UnderLoadOfOneKey_NeverExceedsTheBound()
    {
        var random = new SeededRandom();
        var policy = new ConsistentHashPolicy();
        for (var round = 0; round < Rounds; round++)
        {
            var candidates = Fleet(random);
            for (var i = 0; i < 500; i++)
            {
                // Skewed: half of the requests are of one user.
                var chosen = Pick(policy, candidates, random.Next(2) == 0 ? "the-one" : $"user{random.Next(1000)}");
                chosen.InFlight++;
                var most = Math.Ceiling(1.25 * candidates.Sum(candidate => candidate.InFlight) / candidates.Length);
                Assert.True(chosen.InFlight <= most, $"seed {random.Seed}, round {round}: {chosen.InFlight} of at most {most}");
                var leaving = candidates[random.Next(candidates.Length)];
                leaving.InFlight = random.Next(3) == 0 && leaving.InFlight > 0 ? leaving.InFlight - 1 : leaving.InFlight;
            }
        }
    }

    [Fact]
    public void ConsistentHash_InTwoGateways_Agrees()
    {
        var candidates = Enumerable.Range(0, 5).Select(i => new Candidate($"01instance{i}")).ToArray();

        // Fixed values: a change of the hash would move every key at an upgrade, and two versions would disagree.
        Assert.Equal([3, 3, 0, 0, 0, 0, 0, 1], Enumerable.Range(0, 8).Select(i => Array.IndexOf(candidates, Pick(new ConsistentHashPolicy(), candidates, $"user{i}"))));
    }

    private static Candidate Pick(ConsistentHashPolicy policy, Candidate[] candidates, string key) =>
        candidates[policy.Choose(new LoadBalancingContext("t", candidates, 0) { Key = key })];

    private static Candidate[] Fleet(SeededRandom random, int least = 2) =>
        [.. Enumerable.Range(0, random.Between(least, 12)).Select(i => new Candidate($"01k{random.Next(1_000_000):000000}{i}"))];

    private static ILoadBalancingPolicy Policy(string name, IRandomSource random)
    {
        var services = new ServiceCollection();
        services.AddSingleton(random);
        return services.AddTenantGateway().Services.BuildServiceProvider().GetServices<ILoadBalancingPolicy>().Single(policy => policy.Name == name);
    }
}
