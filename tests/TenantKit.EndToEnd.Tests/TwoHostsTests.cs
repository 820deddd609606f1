using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using TenantKit.EndToEnd.Tests.Clients;
using TenantKit.EndToEnd.Tests.Hosting;

namespace TenantKit.EndToEnd.Tests;

/// <summary>Control plane and gateways as processes of their own: each may go away, and users go on working with what is left.</summary>
public sealed class TwoHostsTests(TwoHosts hosts) : IClassFixture<TwoHosts>
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Kill_OfTheAdminHost_WarmTenantsAreServedAndSleepingOnesWaitForIt()
    {
        var warm = await hosts.CreateTenantAsync("warm");
        var dormant = await hosts.CreateTenantAsync("dormant");
        var order = await dormant[0].PlaceOrderAsync("before the sleep");
        await hosts.Admin.StopAsync(dormant[0].User.Id);
        var before = await warm[0].WhoAmIAsync();
        Assert.Equal(before, await warm[1].WhoAmIAsync());

        await hosts.KillAdminAsync();
        await ServesForAsync(TimeSpan.FromSeconds(2), warm);
        using (var asleep = await dormant[0].SendAsync(HttpMethod.Get, "/api/orders"))
        {
            AssertMayBeRepeated(asleep);
        }

        // A gateway that starts meanwhile.
        await hosts.StopGatewayAsync(1);
        var restarted = await hosts.StartGatewayAsync(1);
        Assert.Contains("from its snapshot", restarted.Output, StringComparison.Ordinal);
        await Eventually.IsSoAsync("the restarted gateway serves", Within, async () => await StatusAsync(warm[1]) == HttpStatusCode.OK);
        await ServesForAsync(TimeSpan.FromSeconds(2), warm);
        Assert.Equal(before, await warm[1].WhoAmIAsync());
        using (var unknown = await warm[1].SendAsync(HttpMethod.Get, "/t/unknown/api/whoami"))
        {
            AssertMayBeRepeated(unknown);
        }

        await hosts.StartAdminAsync();
        await Eventually.IsSoAsync("it heard the feed", Within, async () => await StatusAsync(warm[1], "/t/unknown/api/whoami") == HttpStatusCode.NotFound);
        await Eventually.IsSoAsync("the sleeping tenant is woken", Within, async () => await StatusAsync(dormant[1]) == HttpStatusCode.OK);
        Assert.Contains(await dormant[1].ListOrdersAsync(), known => known.Id == order.Id);
        Assert.Equal(before, await warm[0].WhoAmIAsync());
    }

    [Fact]
    public async Task Restart_OfOneGatewayUnderLoad_CostsAClientOfBothNothing()
    {
        var tenant = await hosts.CreateTenantAsync("steady");
        using var done = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var failures = new ConcurrentQueue<string>();
        var served = new int[2];

        // One that lost the feed when the control plane was away hears of a new tenant when it has tried again.
        await Eventually.IsSoAsync("both gateways know the tenant", Within, async () => await TryAsync(tenant[0]) == "OK" && await TryAsync(tenant[1]) == "OK");
        var load = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => CallUntilAsync(tenant, served, failures, done.Token)));
        await Eventually.IsSoAsync("the load goes to the second gateway", Within, () => Volatile.Read(ref served[1]) > 20);

        await hosts.StopGatewayAsync(1);
        var meanwhile = Volatile.Read(ref served[0]);
        await Eventually.IsSoAsync("the first one carries the load", Within, () => Volatile.Read(ref served[0]) > meanwhile + 20);
        await hosts.StartGatewayAsync(1);
        var after = Volatile.Read(ref served[1]);
        await Eventually.IsSoAsync("the second one serves again", Within, () => Volatile.Read(ref served[1]) > after + 20);
        await done.CancelAsync();
        await load;

        Assert.Empty(failures);
    }

    [Fact]
    public async Task GatewayHost_SendsFromEachThreadThatWaitsForSocketsInBatches()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Sockets' events have threads of their own on Linux only.");
        await hosts.StopGatewayAsync(1);
        var gateway = await hosts.StartGatewayAsync(1);

        // Each has a socket that is connected to itself, which tells of the end of a look at the others.
        await Eventually.IsSoAsync("each thread has its batch", Within, () => SignalsOf(gateway.Id) == Environment.ProcessorCount);
    }

    [Fact]
    public async Task Restore_OfAnOlderStore_IsWhatTheGatewaysServeAfterwards()
    {
        var kept = await hosts.CreateTenantAsync("kept");
        await hosts.StopAdminAsync();
        var backup = Directory.CreateTempSubdirectory("tenantkit-backup-");
        try
        {
            Copy(hosts.DataDirectory, backup.FullName);
            await hosts.StartAdminAsync();
            var lost = await hosts.CreateTenantAsync("lost");
            await Eventually.IsSoAsync("the gateway follows the control plane again", Within, async () => await StatusAsync(lost[1]) == HttpStatusCode.OK);
            await hosts.StopAdminAsync();
            Array.ForEach(Directory.GetFiles(hosts.DataDirectory, "tenantkit.db*"), File.Delete);
            Copy(backup.FullName, hosts.DataDirectory);
            await hosts.StartAdminAsync();

            await Eventually.IsSoAsync("the tenant that the store does not know is gone", Within, async () => await StatusAsync(lost[1]) == HttpStatusCode.NotFound);
            await Eventually.IsSoAsync("the other one is served", Within, async () => await StatusAsync(kept[1]) == HttpStatusCode.OK);
        }
        finally
        {
            backup.Delete(recursive: true);
        }
    }

    private static void AssertMayBeRepeated(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.True(answer.Headers.RetryAfter?.Delta > TimeSpan.Zero);
    }

    private static void Copy(string from, string to) =>
        Array.ForEach(Directory.GetFiles(from, "tenantkit.db*"), file => File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true));

    private static async Task<HttpStatusCode> StatusAsync(TenantClient tenant, string path = "/api/whoami")
    {
        using var answer = await tenant.SendAsync(HttpMethod.Get, path);
        return answer.StatusCode;
    }

    private static async Task ServesForAsync(TimeSpan time, TenantClient[] tenant)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < time;)
        {
            foreach (var gateway in tenant)
            {
                Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway));
            }
        }
    }

    /// <summary>A client that knows both gateways: it begins with the second one, and where that one cannot answer, asks the first.</summary>
    private static async Task CallUntilAsync(TenantClient[] tenant, int[] served, ConcurrentQueue<string> failures, CancellationToken done)
    {
        while (!done.IsCancellationRequested)
        {
            if (await TryAsync(tenant[1]) == "OK")
            {
                Interlocked.Increment(ref served[1]);
            }
            else if (await TryAsync(tenant[0]) is var answer && answer == "OK")
            {
                Interlocked.Increment(ref served[0]);
            }
            else
            {
                failures.Enqueue(answer);
            }
        }
    }

    private static async Task<string> TryAsync(TenantClient tenant)
    {
        try
        {
            using var answer = await tenant.SendAsync(HttpMethod.Get, "/api/whoami");
            return answer.IsSuccessStatusCode ? "OK" : $"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(CancellationToken.None)}";
        }
        catch (Exception exception) when (exception is HttpRequestException or SocketException)
        {
            return exception.Message;
        }
    }

    private static int SignalsOf(int process)
    {
        var named = File.ReadLines("/proc/net/unix").Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(static fields => fields.Length > 7 && fields[7].StartsWith("@tenantkit-", StringComparison.Ordinal))
            .Select(static fields => $"socket:[{fields[6]}]").ToHashSet(StringComparer.Ordinal);
        return Directory.GetFiles($"/proc/{process}/fd").Count(handle => TargetOf(handle) is { } target && named.Contains(target));
    }

    // Null for one that was closed meanwhile.
    private static string? TargetOf(string handle)
    {
        try
        {
            return File.ResolveLinkTarget(handle, returnFinalTarget: false)?.Name;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
