using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using TenantKit.Benchmarks.Serving;
using TenantKit.Routing;

namespace TenantKit.Benchmarks;

/// <summary>Finding a route by the tenant's name.</summary>
[MemoryDiagnoser]
public class RouteLookupBenchmarks
{
    private readonly string[] names = new string[4096];
    private IRouteRegistry registry = null!;
    private int next;

    /// <summary>Routes in the table.</summary>
    [Params(1_000, 100_000, 1_000_000)]
    public int Tenants { get; set; }

    /// <summary>Fills the table.</summary>
    [GlobalSetup]
    public void Fill()
    {
        registry = new ServiceCollection().AddTenantRouting().BuildServiceProvider().GetRequiredService<IRouteRegistry>();
        registry.Replace(new RouteList(Enumerable.Range(0, Tenants).Select(number => Population.Asleep(number, 1)).ToList(), 1));
        var random = new Random(1);
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = Population.NameOf(random.Next(Tenants));
        }
    }

    /// <summary>One lookup.</summary>
    [Benchmark]
    public bool Find() => registry.TryGetByName(names[next++ & 4095], out _);
}
