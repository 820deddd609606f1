using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TenantKit.Benchmarks.Serving;
using TenantKit.Control;
using TenantKit.Routing;

namespace TenantKit.Benchmarks.Reports;

/// <summary>What a route costs at three sizes of the table: to find, to change with all that follows in the gateway, and to keep while it sleeps.</summary>
internal static class RouteReport
{
    private const int Changes = 100_000;
    private const int Lookups = 2_000_000;

    public static void Run()
    {
        Console.WriteLine("| tenants | lookup, ns | bytes per lookup | visible p50, µs | visible p99, µs | with all that follows p50, µs | p99, µs | bytes per sleeping tenant |");
        Console.WriteLine("|---:|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var tenants in new[] { 1_000, 100_000, 1_000_000 })
        {
            Measure(tenants);
        }
    }

    private static void Measure(int tenants)
    {
        using var services = Gateway();
        var registry = services.GetRequiredService<IRouteRegistry>();
        // Told first, so at the moment at which requests begin to see the change; instances, waiters and reports follow.
        var seen = 0L;
        registry.Changed += _ => seen = Stopwatch.GetTimestamp();
        foreach (var reaction in services.GetServices<IHostedService>().Where(service => service.GetType().Name == "RouteReactions"))
        {
            reaction.StartAsync(CancellationToken.None).GetAwaiter().GetResult();
        }

        var before = GC.GetTotalMemory(forceFullCollection: true);
        registry.Replace(new RouteList(Enumerable.Range(0, tenants).Select(number => Population.Asleep(number, 1)).ToList(), 1));
        var perTenant = (GC.GetTotalMemory(forceFullCollection: true) - before) / tenants;

        var (nanoseconds, bytes) = Lookup(registry, tenants);
        var (visible, whole) = Change(registry, tenants, () => seen);
        Console.WriteLine($"| {tenants:N0} | {nanoseconds:F0} | {bytes:F0} | {visible[Changes / 2]:F1} | {visible[Changes * 99 / 100]:F1} | {whole[Changes / 2]:F1} | {whole[Changes * 99 / 100]:F1} | {perTenant} |");
    }

    private static (double Nanoseconds, double Bytes) Lookup(IRouteRegistry registry, int tenants)
    {
        var random = new Random(1);
        var names = Enumerable.Range(0, 4096).Select(_ => Population.NameOf(random.Next(tenants))).ToArray();
        var found = 0;
        for (var i = 0; i < Lookups / 10; i++)
        {
            found += registry.TryGetByName(names[i % names.Length], out _) ? 1 : 0;
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < Lookups; i++)
        {
            found += registry.TryGetByName(names[i & 4095], out _) ? 1 : 0;
        }

        watch.Stop();
        return found == 0 ? throw new InvalidOperationException("Nothing was found.") : (watch.Elapsed.TotalNanoseconds / Lookups, (double)(GC.GetAllocatedBytesForCurrentThread() - allocated) / Lookups);
    }

    /// <summary>Every change wakes a tenant or puts one to sleep, so the table of instances changes with it.</summary>
    private static (double[] Visible, double[] Whole) Change(IRouteRegistry registry, int tenants, Func<long> seen)
    {
        var random = new Random(2);
        var (visible, whole) = (new double[Changes], new double[Changes]);
        var revision = registry.Revision;
        for (var i = -Changes / 10; i < Changes; i++)
        {
            var number = random.Next(tenants);
            var route = i % 2 == 0 ? Population.Awake(number, ["127.0.0.1:9", "127.0.0.1:10"], ++revision) : Population.Asleep(number, ++revision);
            var batch = new RouteList([route], revision);
            var began = Stopwatch.GetTimestamp();
            registry.Apply(batch);
            if (i >= 0)
            {
                whole[i] = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
                visible[i] = Stopwatch.GetElapsedTime(began, seen()).TotalMicroseconds;
            }
        }

        Array.Sort(visible);
        Array.Sort(whole);
        return (visible, whole);
    }

    private static ServiceProvider Gateway()
    {
        var control = new StaticControl([], new TokenIssuer());
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddSingleton<IRouteFeed>(control);
        services.AddSingleton<IControlClient>(control);
        services.AddSingleton<IInstanceProbe>(control);
        services.AddTenantGateway();
        return services.BuildServiceProvider();
    }
}
