using System.Diagnostics;
using System.Globalization;
using TenantKit.Storage;
using TenantKit.Testing;

namespace TenantKit.StoreBenchmarks;

/// <summary>Operations per second through the store and by hand, taking turns; the ratio is the median of the rounds' own ratios.</summary>
internal static class OperationReport
{
    private const int Users = 20_000;
    private const int Rounds = 5;

    public static async Task RunAsync(string server, double seconds)
    {
        await using var database = await BenchDatabase.CreateAsync(server);
        await FillAsync(database.Store);
        var from = await AddChangesAsync(database.Store);
        var kit = new KitOperations(database.Store);
        var hand = new HandOperations(database.ConnectionString);
        kit.Leases = await LeasesAsync(database.Store);
        Console.WriteLine("| operation | callers | store, 1/s | by hand, 1/s | store / by hand | lowest – highest |");
        Console.WriteLine("|---|---:|---:|---:|---:|---:|");
        foreach (var callers in (int[])[1, 16])
        {
            await MeasureAsync("get by id", callers, seconds, kit, hand, static (to, caller, number) => to.GetByIdAsync(((caller * 1_237) + (number * 7_919)) % Users));
            await MeasureAsync("get by name", callers, seconds, kit, hand, static (to, caller, number) => to.GetByNameAsync(((caller * 1_237) + (number * 7_919)) % Users));
            await MeasureAsync("load a tenant's state", callers, seconds, kit, hand, static (to, caller, number) => to.LoadStateAsync(((caller * 1_237) + (number * 7_919)) % Users));
            await MeasureAsync("page of 50 users", callers, seconds, kit, hand, static (to, caller, number) => to.PageAsync(((caller * 1_237) + (number * 7_919)) % (Users - 100)));
            await MeasureAsync("change log, 100 entries", callers, seconds, kit, hand, (to, caller, number) => to.ReadChangesAsync(from + (number % 100)));
            await MeasureAsync("create user and tenant", callers, seconds, kit, hand, static (to, caller, number) => to.CreateAsync(string.Create(CultureInfo.InvariantCulture, $"{to.GetType().Name[0]}{Environment.TickCount64}-{caller}-{number}")));
            await MeasureAsync("renew a lease", callers, seconds, kit, hand, static (to, caller, number) => to.RenewLeaseAsync(caller));
            await MeasureAsync("read and record a pass under a fence", callers, seconds, kit, hand, static (to, caller, number) => to.RecordPassAsync(caller));
        }
    }

    private static async Task MeasureAsync(string what, int callers, double seconds, IOperations kit, IOperations hand, Func<IOperations, int, int, Task> act)
    {
        var (ours, theirs, ratios) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round <= Rounds; round++)
        {
            var isFirst = round % 2 == 0;
            var first = await RateAsync(isFirst ? kit : hand, callers, seconds, act);
            var second = await RateAsync(isFirst ? hand : kit, callers, seconds, act);
            if (round > 0)
            {
                ours.Add(isFirst ? first : second);
                theirs.Add(isFirst ? second : first);
                ratios.Add(ours[^1] / theirs[^1]);
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {callers} | {Median(ours):N0} | {Median(theirs):N0} | {Median(ratios):0.00} | {ratios.Min():0.00} – {ratios.Max():0.00} |"));
    }

    private static async Task<double> RateAsync(IOperations operations, int callers, double seconds, Func<IOperations, int, int, Task> act)
    {
        var watch = Stopwatch.StartNew();
        var counts = await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var number = 0;
            while (watch.Elapsed.TotalSeconds < seconds)
            {
                await act(operations, caller, number++);
            }

            return number;
        })));
        return counts.Sum() / watch.Elapsed.TotalSeconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static async Task FillAsync(ITenantStore store)
    {
        for (var first = 0; first < Users; first += 500)
        {
            var changes = new ChangeSet();
            foreach (var number in Enumerable.Range(first, 500))
            {
                var (user, tenant) = (Population.User(number), Population.Tenant(number));
                changes.Put(TestRecords.User(user, tenantId: tenant)).Put(TestRecords.Tenant(tenant)).Put(TestRecords.Status(tenant)).Put(TestRecords.Instance("i" + tenant, tenant)).Put(TestRecords.Ledger(tenant)).Put(TestRecords.Operation("o" + tenant, tenant));
            }

            await store.CommitAsync(changes, CancellationToken.None);
        }
    }

    /// <summary>As many revisions as are read, each with one change.</summary>
    private static async Task<int> AddChangesAsync(ITenantStore store)
    {
        var from = await store.GetRevisionAsync(CancellationToken.None);
        await Task.WhenAll(Enumerable.Range(0, 250).Select(number => store.CommitAsync(new ChangeSet().Put(TestRecords.Tenant(string.Create(CultureInfo.InvariantCulture, $"more-{number}"))), CancellationToken.None)));
        return (int)from;
    }

    private static async Task<Lease[]> LeasesAsync(ITenantStore store)
    {
        var changes = new ChangeSet().Put(TestRecords.Lease("shard/00"));
        foreach (var caller in Enumerable.Range(0, 16))
        {
            changes.Put(TestRecords.Lease(string.Create(CultureInfo.InvariantCulture, $"kit/{caller:00}"))).Put(TestRecords.Lease(string.Create(CultureInfo.InvariantCulture, $"hand/{caller}")));
        }

        await store.CommitAsync(changes, CancellationToken.None);
        return [.. (await store.ListLeasesAsync(CancellationToken.None)).Where(static lease => lease.Name.StartsWith("kit/", StringComparison.Ordinal)).OrderBy(static lease => lease.Name)];
    }
}
