using System.Globalization;
using System.Net;
using System.Net.Sockets;
using TenantKit.EndToEnd.Tests.Clients;
using TenantKit.EndToEnd.Tests.Hosting;

namespace TenantKit.EndToEnd.Tests;

/// <summary>
/// The host is killed at random moments while tenants are created, woken and deleted. After each restart everything converges. More rounds by
/// <c>TENANTKIT_KILL_ROUNDS</c>, the same ones again by <c>TENANTKIT_KILL_SEED</c>.
/// </summary>
public sealed class HostCrashTests
{
    private const int UsualRounds = 4;
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(90);
    private readonly Dictionary<string, TenantClient> known = [];
    private readonly Dictionary<string, List<string>> orders = [];

    [Fact]
    public async Task Kill_AtRandomMoments_EverythingConverges()
    {
        var rounds = Number("TENANTKIT_KILL_ROUNDS") ?? UsualRounds;
        var seed = Number("TENANTKIT_KILL_SEED") ?? Environment.TickCount;
        TestContext.Current.SendDiagnosticMessage($"kill loop: seed {seed}, {rounds} rounds");
        Console.WriteLine($"kill loop: seed {seed}, {rounds} rounds");
        var random = new Random(seed);
        using var settings = new HostSettings { More = { ["TenantKit:ResyncInterval"] = "00:00:05" } };
        var host = await HostProcess.StartAsync(settings);
        try
        {
            using var admin = await AdminClient.SignInAsync(settings);
            await AddAsync(admin, "anchor-1");
            await AddAsync(admin, "anchor-2");
            for (var round = 1; round <= rounds; round++)
            {
                var doomed = await PrepareAsync(admin, round);
                var work = Task.WhenAll(Act(admin, doomed, round));
                await Task.Delay(random.Next(20, 3_000), TestContext.Current.CancellationToken);
                await host.KillAsync();
                await work;
                host = await HostProcess.StartAsync(settings);
                await ConvergeAsync(admin, settings, doomed, $"seed {seed}, round {round}");
            }
        }
        finally
        {
            await host.DisposeAsync();
        }
    }

    /// <summary>One tenant that sleeps and will be woken, one that will be deleted.</summary>
    private async Task<TenantClient> PrepareAsync(AdminClient admin, int round)
    {
        await admin.StopAsync(known["anchor-1"].User.Id);
        var doomed = await AddAsync(admin, $"doomed-{round}");
        known.Remove(doomed.Name);
        return doomed;
    }

    private IEnumerable<Task> Act(AdminClient admin, TenantClient doomed, int round)
    {
        yield return TryAsync(() => admin.CreateUserAsync($"new-{round}"));
        yield return TryAsync(() => OrderAsync(known["anchor-1"]));
        yield return TryAsync(() => OrderAsync(known["anchor-2"]));
        yield return TryAsync(async () => (await admin.DeleteUserAsync(doomed.User.Id)).Dispose());
    }

    private async Task ConvergeAsync(AdminClient admin, HostSettings settings, TenantClient doomed, string where)
    {
        // A request to delete that never arrived is simply made again.
        using (var again = await admin.DeleteUserAsync(doomed.User.Id))
        {
            Assert.True(again.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotFound, $"{where}: {(int)again.StatusCode} {await again.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
        }

        var statuses = await Eventually.GetAsync(
            $"{where}: all tenants run or sleep",
            Within,
            admin.ListStatusAsync,
            all => all.All(status => status.Phase is "running" or "sleeping"));
        Assert.DoesNotContain(statuses, status => status.TenantId == doomed.User.TenantId);

        // No user without its tenant, no tenant without its user.
        var users = (await admin.ListUsersAsync()).Where(user => user.GetProperty("role").GetString() == "user").ToList();
        Assert.Equal(
            users.Select(user => user.GetProperty("tenantId").GetString()).Order(StringComparer.Ordinal),
            statuses.Select(status => status.TenantId).Order(StringComparer.Ordinal));

        // No tenant without its process unless it sleeps, no process without its tenant.
        await Eventually.IsSoAsync($"{where}: processes are those of running tenants", Within, async () =>
        {
            var running = (await admin.ListStatusAsync()).Where(status => status.Phase == "running").ToList();
            return TenantProcesses.Of(settings.DataDirectory).Count == running.Count
                && running.All(status => TenantProcesses.Of(settings.DataDirectory, status.TenantId).Count == 1);
        });

        // No lost order.
        foreach (var (name, placed) in orders)
        {
            if (known.TryGetValue(name, out var tenant))
            {
                var found = (await tenant.ListOrdersAsync()).Select(order => order.Id).ToHashSet();
                Assert.True(placed.All(found.Contains), $"{where}: {name} lost an order");
            }
        }
    }

    private async Task<TenantClient> AddAsync(AdminClient admin, string name)
    {
        var tenant = await admin.CreateTenantAsync(name);
        known[name] = tenant;
        await OrderAsync(tenant);
        return tenant;
    }

    private async Task OrderAsync(TenantClient tenant)
    {
        if (await tenant.TryPlaceOrderAsync("kill loop") is { } order)
        {
            lock (orders)
            {
                if (!orders.TryGetValue(tenant.Name, out var placed))
                {
                    orders[tenant.Name] = placed = [];
                }

                placed.Add(order.Id);
            }
        }
    }

    private static async Task TryAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException)
        {
            // The host was killed under it: the client cannot know what became of it.
        }
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
