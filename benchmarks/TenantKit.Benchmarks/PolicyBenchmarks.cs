using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using TenantKit.Gateway.LoadBalancing;

namespace TenantKit.Benchmarks;

/// <summary>One choice by each policy.</summary>
[MemoryDiagnoser]
public class PolicyBenchmarks
{
    private readonly LoadBalancingMemory memory = new();
    private readonly string[] keys = [.. Enumerable.Range(0, 1024).Select(i => $"01user{i:00000000000000000000}")];
    private Candidate[] candidates = [];
    private ILoadBalancingPolicy policy = null!;
    private long sequence;

    /// <summary>The policy.</summary>
    [Params(
        LoadBalancingPolicies.PowerOfTwoChoices, LoadBalancingPolicies.LeastRequests, LoadBalancingPolicies.RoundRobin,
        LoadBalancingPolicies.WeightedRoundRobin, LoadBalancingPolicies.Random, LoadBalancingPolicies.ConsistentHash)]
    public string Policy { get; set; } = string.Empty;

    /// <summary>Instances to choose from.</summary>
    [Params(2, 8)]
    public int Instances { get; set; }

    /// <summary>Makes the fleet.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        candidates = [.. Enumerable.Range(0, Instances).Select(i => new Candidate($"01instance{i:0000000000000000}"))];
        policy = new ServiceCollection().AddTenantGateway().Services.BuildServiceProvider().GetServices<ILoadBalancingPolicy>().Single(one => one.Name == Policy);
    }

    /// <summary>One choice.</summary>
    [Benchmark]
    public int Choose() =>
        policy.Choose(new LoadBalancingContext("t", candidates, sequence++) { Key = keys[sequence & 1023], Memory = memory });

    private sealed class Candidate(string id) : ILoadBalancingCandidate
    {
        public string InstanceId => id;

        public int InFlight => 1;

        public DateTimeOffset? StartedAt => null;
    }
}
