using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TenantKit.Benchmarks.Serving;
using TenantKit.Control;
using TenantKit.Gateway;
using TenantKit.Routing;

namespace TenantKit.Benchmarks.Reports;

/// <summary>What the snapshot of the routes costs at three sizes of the table: bytes on disk, time to write, time to read. Every tenant runs, with one instance.</summary>
internal static class SnapshotReport
{
    public static async Task RunAsync()
    {
        Console.WriteLine("| tenants | bytes on disk | bytes per tenant | write, ms | of it allocated, MiB | read, ms |");
        Console.WriteLine("|---:|---:|---:|---:|---:|---:|");
        foreach (var tenants in new[] { 1_000, 10_000, 100_000 })
        {
            var folder = Directory.CreateTempSubdirectory("tenantkit-snapshot-");
            await MeasureAsync(folder, tenants, quiet: true);
            await MeasureAsync(folder, tenants, quiet: false);
            folder.Delete(recursive: true);
        }
    }

    private static async Task MeasureAsync(DirectoryInfo folder, int tenants, bool quiet)
    {
        var table = new RouteList([.. Enumerable.Range(0, tenants).Select(static number => Route(number))], 1_000_000) { Epoch = "epoch" };
        await using var first = Gateway(folder);
        var keeper = Keeper(first);
        await keeper.StartAsync(CancellationToken.None);

        // A first, small one is written by itself; what comes within its interval is left for the stop.
        var registry = first.GetRequiredService<IRouteRegistry>();
        registry.Replace(new RouteList([Route(0)], 1) { Epoch = "other" });
        registry.Apply(new RouteList([Route(1)], 2));
        while (!File.Exists(Path.Combine(folder.FullName, "routes.snapshot")))
        {
            await Task.Delay(50);
        }

        await Task.Delay(200);
        registry.Replace(table);
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var watch = Stopwatch.StartNew();
        await keeper.StopAsync(CancellationToken.None); // writes
        var write = watch.Elapsed;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        var bytes = new FileInfo(Path.Combine(folder.FullName, "routes.snapshot")).Length;

        await using var second = Gateway(folder);
        var reader = Keeper(second);
        watch.Restart();
        await reader.StartAsync(CancellationToken.None); // reads
        var read = watch.Elapsed;
        await reader.StopAsync(CancellationToken.None);
        if (second.GetRequiredService<IRouteRegistry>().Count != tenants)
        {
            throw new InvalidOperationException("The snapshot was not read.");
        }

        if (!quiet)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"| {tenants:N0} | {bytes:N0} | {bytes / tenants} | {write.TotalMilliseconds:F0} | {allocated >> 20} | {read.TotalMilliseconds:F0} |"));
        }
    }

    private static Route Route(int number)
    {
        var route = Population.Awake(number, ["10.0.0.1:8080"], number);
        return route with { Instances = [route.Instances[0] with { Key = RandomNumberGenerator.GetBytes(32), StartedAt = DateTimeOffset.UnixEpoch.AddSeconds(number) }] };
    }

    private static IHostedService Keeper(ServiceProvider services) => services.GetServices<IHostedService>().Single(static service => service.GetType().Name == "SnapshotKeeper");

    private static ServiceProvider Gateway(DirectoryInfo folder)
    {
        var control = new StaticControl([], new TokenIssuer());
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddSingleton<IRouteFeed>(control);
        services.AddSingleton<IControlClient>(control);
        services.AddSingleton<IInstanceProbe>(control);
        services.AddTenantGateway();
        services.Configure<TenantGatewayOptions>(options =>
        {
            options.KeyDirectory = Path.Combine(folder.FullName, "keys");
            options.SnapshotDirectory = folder.FullName;
            options.SnapshotInterval = TimeSpan.FromHours(1);
        });
        return services.BuildServiceProvider();
    }
}
