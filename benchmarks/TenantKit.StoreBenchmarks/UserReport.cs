using System.Diagnostics;
using System.Globalization;
using TenantKit.Storage;
using TenantKit.Testing;
using TenantKit.Users;

namespace TenantKit.StoreBenchmarks;

/// <summary>What a page costs with very many users: the first one, one in the middle, the last one, and filtered ones.</summary>
internal static class UserReport
{
    private const int Repetitions = 200;

    public static async Task RunAsync(string server, int users)
    {
        await using var database = await BenchDatabase.CreateAsync(server);
        var watch = Stopwatch.StartNew();
        await FillAsync(database.Store, users);
        database.Execute("ANALYZE TABLE tenantkit_users");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{users:N0} users made in {watch.Elapsed.TotalSeconds:0} s"));
        Console.WriteLine("| page of 50 users | median, ms | against the first |");
        Console.WriteLine("|---|---:|---:|");
        var store = database.Store;
        var first = await MeasureAsync(store, new UserFilter(), null);
        Print("the first", first, first);
        Print("in the middle", await MeasureAsync(store, new UserFilter(), Population.User(users / 2)), first);
        Print("the last", await MeasureAsync(store, new UserFilter(), Population.User(users - 51)), first);
        Print("the first, again", await MeasureAsync(store, new UserFilter(), null), first);
        Print("by name", await MeasureAsync(store, new UserFilter { UserName = "User." + Population.User(users / 3) }, null), first);
        Print("by the beginning of a name (100 match)", await MeasureAsync(store, new UserFilter { NamePrefix = "User." + Population.User(users / 3)[..^2] }, null), first);
        Print("auditors (1 % are), the first", await MeasureAsync(store, new UserFilter { Role = UserRole.Auditor }, null), first);
        Print("auditors, the last", await MeasureAsync(store, new UserFilter { Role = UserRole.Auditor }, Population.User(users - 5_001)), first);
        Print("of one tenant", await MeasureAsync(store, new UserFilter { TenantId = Population.Tenant(users / 3) }, null), first);
    }

    private static async Task<double> MeasureAsync(ITenantStore store, UserFilter filter, string? after)
    {
        var times = new List<double>();
        for (var repetition = 0; repetition < Repetitions + 20; repetition++)
        {
            var watch = Stopwatch.StartNew();
            var page = await store.ListUsersAsync(filter, new PageRequest(50, after), CancellationToken.None);
            times.Add(watch.Elapsed.TotalMilliseconds);
            if (page.Items.Count == 0)
            {
                throw new InvalidOperationException("Nothing was found.");
            }
        }

        return times.Skip(20).Order().ElementAt(Repetitions / 2);
    }

    private static void Print(string what, double time, double first) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {time:0.000} | {time / first:0.00} |"));

    private static async Task FillAsync(ITenantStore store, int users)
    {
        const int Part = 2_000;
        for (var first = 0; first < users; first += Part)
        {
            var changes = new ChangeSet();
            foreach (var number in Enumerable.Range(first, Part))
            {
                changes.Put(TestRecords.User(Population.User(number), tenantId: Population.Tenant(number)) with { Role = number % 100 == 0 ? UserRole.Auditor : UserRole.User, CreatedAt = TestRecords.Moment.AddSeconds(number) });
            }

            await store.CommitAsync(changes, CancellationToken.None);
        }
    }
}
