using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using TenantKit.Benchmarks.Serving;
using TenantKit.Gateway;
using TenantKit.Routing;
using TenantKit.Tenants;

namespace TenantKit.Benchmarks.Reports;

/// <summary>Requests that are lost while routes change: none should be, whatever changes, as long as a tenant has an instance that answers.</summary>
/// <remarks>
/// Every other change is one of a tenant that has requests under way: instances come, go, are replaced, and drain. The others put tenants
/// without requests to sleep and wake them.
/// </remarks>
internal static class ChangeReport
{
    private const int Tenants = 100_000;
    private const int Busy = 200;
    private const int Connections = 64;
    private const int PerSecond = 10_000;
    private const int Seconds = 20;
    private const int MostAtOnce = 1_000;

    /// <returns>Whether none was lost.</returns>
    public static async Task<bool> RunAsync()
    {
        var seed = Environment.TickCount;
        Console.WriteLine($"Seed {seed}");
        using var first = new RawBackend();
        using var second = new RawBackend();
        using var third = new RawBackend();
        string[] backends = [first.Address, second.Address, third.Address];
        var tokens = new TokenIssuer();
        await using var app = await GatewayServer.StartAsync(new ServeOptions(0, backends, Tenants, Busy, null), tokens);
        var registry = app.Services.GetRequiredService<IRouteRegistry>();
        var control = (StaticControl)app.Services.GetRequiredService<IRouteFeed>();
        var server = new Uri(app.Urls.First());
        using var ended = new CancellationTokenSource();
        var clients = Enumerable.Range(0, Connections).Select(number => ClientAsync(server, tokens, new Random(seed + number), ended.Token)).ToList();

        var (changes, elapsed) = await ChangeAsync(control, registry, backends, new Random(seed));
        await ended.CancelAsync();
        var counts = await Task.WhenAll(clients);
        await app.StopAsync();

        var (answered, failures) = (counts.Sum(static count => count.Answered), counts.SelectMany(static count => count.Failures).ToList());
        Console.WriteLine($"{changes / elapsed.TotalSeconds:N0} changes a second for {elapsed.TotalSeconds:F0} s, {answered:N0} requests answered by an app, {failures.Count} not");
        foreach (var kind in failures.GroupBy(static failure => failure, StringComparer.Ordinal).OrderByDescending(static kind => kind.Count()).Take(10))
        {
            Console.WriteLine($"{kind.Count(),8} × {kind.Key}");
        }

        return failures.Count == 0;
    }

    // As many as are due since the last time; the time it took is that until the gateway has the last of them.
    private static async Task<(int Changes, TimeSpan Elapsed)> ChangeAsync(StaticControl control, IRouteRegistry registry, string[] backends, Random random)
    {
        var busy = Enumerable.Range(0, Busy).Select(number => Population.Awake(number, backends, 1)).ToArray();
        var (revision, created) = (1L, 0);
        var begun = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (Stopwatch.GetElapsedTime(begun).TotalSeconds < Seconds)
        {
            var batch = new List<Route>();
            var due = Math.Min(MostAtOnce, (Stopwatch.GetElapsedTime(begun).TotalSeconds * PerSecond) - revision);
            while (batch.Count < due)
            {
                var next = revision + batch.Count + 1;
                if (random.Next(2) == 0)
                {
                    var number = random.Next(Busy);
                    batch.Add(busy[number] = busy[number] with { Revision = next, Instances = Change(number, busy[number].Instances) });
                }
                else
                {
                    var number = random.Next(Busy, Tenants);
                    batch.Add(random.Next(2) == 0 ? Population.Asleep(number, next) : Population.Awake(number, backends, next));
                }
            }

            if (batch.Count > 0)
            {
                revision += batch.Count;
                control.Publish(new RouteList(batch, revision));
            }

            await timer.WaitForNextTickAsync();
        }

        while (registry.Revision < revision)
        {
            await timer.WaitForNextTickAsync();
        }

        return ((int)(revision - 1), Stopwatch.GetElapsedTime(begun));

        // The first one stays as it is, so that there is always one that does not drain.
        IReadOnlyList<RouteInstance> Change(int number, IReadOnlyList<RouteInstance> now)
        {
            var (list, which) = (now.ToList(), random.Next(1, Math.Max(2, now.Count)));
            switch (random.Next(4))
            {
                case 0 when list.Count < 4:
                    list.Add(Another(number, list));
                    break;
                case 1 when list.Count > 1:
                    list.RemoveAt(which);
                    break;
                case 2 when list.Count > 1:
                    list[which] = Another(number, list);
                    break;
                case 3 when list.Count > 1:
                    list[which] = list[which] with { Draining = !list[which].Draining };
                    break;
            }

            // Which one stays next time is random, so that none does forever.
            var staying = random.GetItems(list.FindAll(static instance => !instance.Draining).ToArray(), 1)[0];
            list.Remove(staying);
            list.Insert(0, staying);
            return list;
        }

        // Mostly one that the tenant had before, as after a restart; one in a hundred has never been there.
        RouteInstance Another(int number, List<RouteInstance> present)
        {
            var id = random.Next(100) == 0 ? $"01new{created++:000000000000000000000}" : $"01again{number:00000000000000000}{random.Next(8):00}";
            return present.Find(instance => instance.InstanceId == id) is null
                ? new(id, backends[random.Next(backends.Length)], false, InstanceClaim.Ready, default, null)
                : Another(number, present);
        }
    }

    private static async Task<(int Answered, List<string> Failures)> ClientAsync(Uri server, TokenIssuer tokens, Random random, CancellationToken ended)
    {
        var requests = Enumerable.Range(0, Busy).Select(number => Encoding.ASCII.GetBytes(
            $"GET /t/{Population.NameOf(number)}/ HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {tokens.Issue($"user{number}", Population.IdOf(number))}\r\n\r\n")).ToArray();
        var (answered, failures, buffer) = (0, new List<string>(), new byte[8192]);
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, server.Port, CancellationToken.None);
        while (!ended.IsCancellationRequested)
        {
            await client.SendAsync(requests[random.Next(Busy)]);
            var read = await client.ReceiveAsync(buffer);
            if (buffer.AsSpan(0, read).StartsWith("HTTP/1.1 200"u8))
            {
                answered++;
                continue;
            }

            var answer = Encoding.ASCII.GetString(buffer, 0, read);
            failures.Add(read == 0 ? "connection closed" : $"{answer[..answer.IndexOf('\r')]} {answer[(answer.LastIndexOf("\r\n", StringComparison.Ordinal) + 2)..]}");
            if (read == 0)
            {
                break;
            }
        }

        return (answered, failures);
    }
}
