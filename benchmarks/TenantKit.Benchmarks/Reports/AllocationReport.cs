using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using TenantKit.Benchmarks.Serving;

namespace TenantKit.Benchmarks.Reports;

/// <summary>
/// Bytes allocated per proxied request: this gateway against YARP's bare forwarder, each in a process of its own, with the same client and the same
/// backend, neither of which allocates per request. One request at a time, then many at once.
/// </summary>
internal static class AllocationReport
{
    private const int WarmUp = 60_000;
    private const int Batches = 5;
    private const int Requests = 20_000;
    private const string Only = "--only";

    private static readonly int[] Connections = [1, 64];

    /// <param name="args">"--types" for which types they are as well, as far as the runtime's sample tells.</param>
    public static async Task RunAsync(string[] args)
    {
        if (args is [Only, var server, var connections, .. var more])
        {
            await ReportAsync(server, int.Parse(connections, CultureInfo.InvariantCulture), more.Contains("--types"));
            return;
        }

        Console.WriteLine("| connections | YARP's bare forwarder | this gateway | difference, bytes per request |");
        Console.WriteLine("|---:|---:|---:|---:|");
        foreach (var number in Connections)
        {
            var bare = await RunAsync("yarp", number, args);
            var own = await RunAsync("gateway", number, args);
            Console.WriteLine($"| {number} | {bare:F0} | {own:F0} | {own - bare:F0} |");
        }
    }

    // In a process of its own: sockets' completions are inline in a whole process or not at all.
    private static async Task<double> RunAsync(string server, int connections, string[] args)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(AllocationReport).Assembly.Location);
        }

        foreach (var argument in (string[])["allocations", Only, server, $"{connections}", .. args])
        {
            start.ArgumentList.Add(argument);
        }

        // As run.sh starts them; see the sample's gateway host.
        start.Environment["DOTNET_gcServer"] = "0";
        if (server == "gateway")
        {
            start.Environment["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1";
        }

        using var process = Process.Start(start)!;
        double? bytes = null;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (double.TryParse(line, CultureInfo.InvariantCulture, out var number))
            {
                bytes = number;
            }
            else
            {
                Console.WriteLine(line);
            }
        }

        await process.WaitForExitAsync();
        return bytes ?? throw new InvalidOperationException($"The process that measures {server} ended with {process.ExitCode} and no figure.");
    }

    private static async Task ReportAsync(string server, int connections, bool byType)
    {
        using var types = byType ? new AllocationTypes() : null;
        using var backend = new RawBackend();
        var options = new ServeOptions(0, [backend.Address, backend.Address], 1_000, 1, null);
        var tokens = new TokenIssuer();
        await using var app = server == "gateway" ? await GatewayServer.StartAsync(options, tokens) : await YarpServer.StartAsync(options);
        var bytes = await MeasureAsync(new Uri(app.Urls.First()), tokens.Issue("user0", Population.IdOf(0)), connections);
        types?.Print(WarmUp + (Batches * Requests));
        Console.WriteLine(bytes.ToString("F1", CultureInfo.InvariantCulture));
        await app.StopAsync();
    }

    private static async Task<double> MeasureAsync(Uri server, string token, int connections)
    {
        var request = Encoding.ASCII.GetBytes($"GET /t/{Population.NameOf(0)}/ HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n");
        var clients = Enumerable.Range(0, connections).Select(static _ => new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }).ToList();
        try
        {
            await Task.WhenAll(clients.Select(client => client.ConnectAsync(IPAddress.Loopback, server.Port)));
            await RepeatAsync(clients, request, WarmUp);

            // The least of some batches: what the runtime itself allocates while it optimises is in the others.
            var least = double.MaxValue;
            for (var batch = 0; batch < Batches; batch++)
            {
                await Task.Delay(500);
                var before = GC.GetTotalAllocatedBytes(precise: true);
                await RepeatAsync(clients, request, Requests);
                least = Math.Min(least, (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / Requests);
            }

            return least;
        }
        finally
        {
            clients.ForEach(static client => client.Dispose());
        }
    }

    private static Task RepeatAsync(List<Socket> clients, byte[] request, int times) =>
        Task.WhenAll(clients.Select(client => RepeatAsync(client, request, new byte[8192], times / clients.Count)));

    private static async Task RepeatAsync(Socket client, byte[] request, byte[] buffer, int times)
    {
        for (var i = 0; i < times; i++)
        {
            await client.SendAsync(request);
            var read = await client.ReceiveAsync(buffer);
            if (!buffer.AsSpan(0, read).StartsWith("HTTP/1.1 200"u8))
            {
                throw new InvalidOperationException(Encoding.ASCII.GetString(buffer, 0, read));
            }
        }
    }
}
