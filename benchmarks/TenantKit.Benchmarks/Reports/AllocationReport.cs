using System.Net;
using System.Net.Sockets;
using System.Text;
using TenantKit.Benchmarks.Serving;

namespace TenantKit.Benchmarks.Reports;

/// <summary>Bytes allocated per proxied request: this gateway against YARP's bare forwarder, with the same client and the same backend, neither of which allocates per request.</summary>
internal static class AllocationReport
{
    private const int WarmUp = 60_000;
    private const int Batches = 5;
    private const int Requests = 20_000;

    /// <param name="byType">Also which types they are, as far as the runtime's sample tells.</param>
    public static async Task RunAsync(bool byType)
    {
        using var types = byType ? new AllocationTypes() : null;
        using var backend = new RawBackend();
        var options = new ServeOptions(0, [backend.Address], 1_000, 1, null);
        var tokens = new TokenIssuer();
        var token = tokens.Issue("user0", Population.IdOf(0));

        await using var yarp = await YarpServer.StartAsync(options);
        var bare = await MeasureAsync(new Uri(yarp.Urls.First()), token);
        types?.Print(WarmUp + (Batches * Requests));
        await yarp.StopAsync();
        await using var gateway = await GatewayServer.StartAsync(options with { Backends = [backend.Address, backend.Address] }, tokens);
        var own = await MeasureAsync(new Uri(gateway.Urls.First()), token);
        types?.Print(WarmUp + (Batches * Requests));
        await gateway.StopAsync();

        Console.WriteLine("| | bytes per request |");
        Console.WriteLine("|---|---:|");
        Console.WriteLine($"| YARP's bare forwarder | {bare:F0} |");
        Console.WriteLine($"| this gateway | {own:F0} |");
        Console.WriteLine($"| difference | {own - bare:F0} |");
    }

    private static async Task<double> MeasureAsync(Uri server, string token)
    {
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, server.Port);
        var request = Encoding.ASCII.GetBytes($"GET /t/{Population.NameOf(0)}/ HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n");
        var buffer = new byte[8192];
        await RepeatAsync(client, request, buffer, WarmUp);

        // The least of some batches: what the runtime itself allocates while it optimises is in the others.
        var least = double.MaxValue;
        for (var batch = 0; batch < Batches; batch++)
        {
            await Task.Delay(500);
            var before = GC.GetTotalAllocatedBytes(precise: true);
            await RepeatAsync(client, request, buffer, Requests);
            least = Math.Min(least, (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / Requests);
        }

        return least;
    }

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
