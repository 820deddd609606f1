using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using MySqlConnector;
using TenantKit.Storage.MySql.Tests.Servers;
using TenantKit.Tenants;

namespace TenantKit.Storage.MySql.Tests.Replicas;

/// <summary>
/// Three replicas on one database take orders while replicas are killed and frozen for longer than their leases, and the database is restarted and
/// made read-only; then the books are balanced. More rounds by <c>TENANTKIT_REPLICA_ROUNDS</c>, the same ones by <c>TENANTKIT_REPLICA_SEED</c>.
/// </summary>
public sealed class ReplicaTests
{
    private const int Replicas = 3;
    private const int LeaseSeconds = 3;
    private const int UsualRounds = 4;

    private readonly ConcurrentDictionary<string, string> tenants = []; // by name
    private readonly ConcurrentDictionary<string, string> intents = []; // tenant → the last order that was acknowledged
    private readonly ConcurrentBag<string> operations = [];
    private readonly ConcurrentBag<string> failures = [];

    [Fact]
    public async Task Orders_WhileEverythingFails_BooksBalance()
    {
        var rounds = Number("TENANTKIT_REPLICA_ROUNDS") ?? UsualRounds;
        var seed = Number("TENANTKIT_REPLICA_SEED") ?? Environment.TickCount;
        Console.WriteLine($"replicas: seed {seed}, {rounds} rounds");
        var random = new Random(seed);
        using var world = new ReplicaWorld(Replicas, LeaseSeconds);
        await world.StartAsync();
        using var done = new CancellationTokenSource();
        var drivers = Enumerable.Range(0, 4).Select(driver => Task.Run(() => DriveAsync(world, driver, new Random(seed + driver), done.Token))).ToList();
        for (var round = 0; round < rounds; round++)
        {
            await Task.Delay(random.Next(300, 1_200), TestContext.Current.CancellationToken);
            await world.HarmAsync(random.Next(5), random.Next(Replicas), random);
        }

        await done.CancelAsync();
        await Task.WhenAll(drivers);
        await world.ReviveAsync();
        var states = await SettleAsync(world, $"seed {seed}");
        Assert.Empty(failures);
        await BalanceAsync(world, states, $"seed {seed}");
        Console.WriteLine($"replicas: {tenants.Count} tenants, {operations.Count} operations, {world.Scalar("SELECT COUNT(*) FROM journal")} effects, {world.Scalar("SELECT COUNT(*) FROM journal WHERE Refused")} refused");
    }

    [Fact]
    public async Task Kill_AReplica_OthersTakeOverWithinALease()
    {
        using var world = new ReplicaWorld(2, LeaseSeconds);
        await world.StartAsync();
        var names = Enumerable.Range(0, 12).Select(static number => $"tenant-{number}").ToList();
        foreach (var name in names)
        {
            var answer = await world[1].AskAsync($"create {name}", TimeSpan.FromSeconds(10));
            Assert.StartsWith("ok ", answer, StringComparison.Ordinal);
            tenants[name] = answer!.Split(' ')[1];
        }

        await SettleAsync(world, "before");
        await HoldersAsync(world, "2");
        world[0].Kill();
        var watch = Stopwatch.StartNew();
        var taking = HoldersAsync(world, "1");
        await Task.WhenAll(tenants.Values.Select(async id =>
        {
            Assert.StartsWith("ok ", await world[1].AskAsync($"stop {id}", TimeSpan.FromSeconds(10)), StringComparison.Ordinal);
            intents[id] = "stop";
        }));
        await SettleAsync(world, "after");

        Console.WriteLine($"take-over after {await taking:0.00} s, and {names.Count} tenants stopped after {watch.Elapsed.TotalSeconds:0.00} s, at a lease time of {LeaseSeconds} s");
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, (LeaseSeconds * 1.2) + 2); // and the stops themselves
    }

    private async Task DriveAsync(ReplicaWorld world, int driver, Random random, CancellationToken done)
    {
        for (var number = 0; !done.IsCancellationRequested; number++)
        {
            await Task.Delay(random.Next(20, 150), CancellationToken.None);
            var name = $"d{driver}-{number}";
            var mine = tenants.Where(each => each.Key.StartsWith($"d{driver}-", StringComparison.Ordinal)).ToList();
            if (mine.Count < 6 || random.Next(4) == 0)
            {
                if (mine.Count < 25 && await OrderAsync(world, $"create {name}", random) is { } made)
                {
                    tenants[name] = made;
                    intents[made] = "start";
                }

                continue;
            }

            var id = mine[random.Next(mine.Count)].Value;
            if (intents[id] == "delete")
            {
                continue;
            }

            var verb = (string[])["stop", "start", "delete"];
            var order = verb[random.Next(10) switch { < 4 => 0, < 8 => 1, _ => 2 }];
            if (await OrderAsync(world, $"{order} {id}", random) is not null)
            {
                intents[id] = order;
            }
        }
    }

    /// <summary>Gives an order until it is taken: whoever does not answer, or cannot now, is asked no more, another is.</summary>
    private async Task<string?> OrderAsync(ReplicaWorld world, string order, Random random)
    {
        for (var attempt = 0; attempt < 60; attempt++)
        {
            var answer = await world[random.Next(Replicas)].AskAsync(order, TimeSpan.FromSeconds(6));
            switch (answer?.Split(' '))
            {
                case ["ok", var tenant, var operation]:
                    operations.Add(operation);
                    return tenant;
                case ["refused", ..] when order.StartsWith("create", StringComparison.Ordinal) && attempt > 0:
                    return world.TenantNamed(order.Split(' ')[1]); // an earlier try came true
                case ["failed", ..]:
                    failures.Add($"{order}: {answer}");
                    return null;
                case ["refused", ..]:
                    return null;
            }

            await Task.Delay(200, CancellationToken.None);
        }

        failures.Add($"{order}: nobody took it");
        return null;
    }

    private async Task<IReadOnlyDictionary<string, TenantPhase>> SettleAsync(ReplicaWorld world, string where)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var phases = world.Phases();
            var wrong = tenants.Values.Where(id => !IsRight(phases.GetValueOrDefault(id), intents.GetValueOrDefault(id, "start"))).ToList();
            if (wrong.Count == 0)
            {
                return phases;
            }

            Assert.True(
                watch.Elapsed < TimeSpan.FromSeconds(60),
                $"{where}: {wrong.Count} of {tenants.Count} tenants are not as ordered: {string.Join(", ", wrong.Take(5).Select(id => $"{id} {intents.GetValueOrDefault(id)} {phases.GetValueOrDefault(id)}"))}{Environment.NewLine}{world.Errors}");
            await Task.Delay(50, CancellationToken.None);
        }
    }

    /// <summary>Seconds until the shares are held by so many replicas. How long a take-over lasts at most is tested in virtual time.</summary>
    private static async Task<double> HoldersAsync(ReplicaWorld world, string count)
    {
        var watch = Stopwatch.StartNew();
        while (world.Scalar("SELECT COUNT(DISTINCT Holder) FROM kit.tenantkit_leases WHERE Name LIKE 'shard/%'") != count)
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"The shares are not held by {count} replicas.{Environment.NewLine}{world.Errors}");
            await Task.Delay(10, CancellationToken.None);
        }

        return watch.Elapsed.TotalSeconds;
    }

    private static bool IsRight(TenantPhase phase, string intent) => intent switch
    {
        "start" => phase == TenantPhase.Running,
        "stop" => phase is TenantPhase.Sleeping or TenantPhase.Stopped,
        _ => phase == TenantPhase.Deleted,
    };

    private async Task BalanceAsync(ReplicaWorld world, IReadOnlyDictionary<string, TenantPhase> phases, string where)
    {
        await using var store = TestDatabase.StoreAt(world.AdminConnection);
        foreach (var operation in operations)
        {
            Assert.True(await store.FindOperationAsync(operation, CancellationToken.None) is { EndedAt: not null }, $"{where}: operation {operation} was acknowledged and is not there, or goes on");
        }

        Assert.Equal("0", world.Scalar("SELECT COUNT(*) FROM (SELECT Name FROM kit.tenantkit_tenants WHERE Desired <> 'Deleted' GROUP BY Name HAVING COUNT(*) > 1) twice"));
        Assert.Equal(tenants.Count, world.Phases().Count);

        // The runtime holds exactly what the store says.
        foreach (var (id, phase) in phases)
        {
            var running = world.Scalar($"SELECT COUNT(*) FROM instances i JOIN units u ON u.Name = i.Unit WHERE u.TenantId = '{id}'");
            Assert.True((phase == TenantPhase.Running ? "1" : "0") == running, $"{where}: tenant {id} is {phase} and has {running} instances");
            Assert.False(phase == TenantPhase.Deleted && world.Scalar($"SELECT COUNT(*) FROM units WHERE TenantId = '{id}' AND NOT IsRemoved") != "0", $"{where}: tenant {id} is deleted and its unit is there");
        }

        Assert.Equal("0", world.Scalar("SELECT COUNT(*) FROM units u LEFT JOIN kit.tenantkit_tenants t ON t.Id = u.TenantId WHERE t.Id IS NULL AND NOT u.IsRemoved"));

        // Nobody acted with a token after another had acted with a higher one.
        Assert.Equal("0", world.Scalar("SELECT COUNT(*) FROM journal later JOIN journal earlier ON earlier.Unit = later.Unit AND earlier.Sequence < later.Sequence AND earlier.Token > later.Token WHERE NOT later.Refused AND NOT earlier.Refused"));
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;
}
