using System.Net.Sockets;
using TenantKit.LoadChecks.Hosting;

namespace TenantKit.LoadChecks.Load;

/// <summary>Asks each gateway several times a second whether it is ready, as a balancer does.</summary>
internal sealed class ReadyWatch(GatewayHost[] gateways)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly bool[] ready = [.. gateways.Select(static _ => true)];

    /// <summary>What it last said; one that cannot be reached is not.</summary>
    public bool IsReady(int gateway) => Volatile.Read(ref ready[gateway]);

    public Task RunAsync(CancellationToken done) => Task.WhenAll(Enumerable.Range(0, gateways.Length).Select(number => WatchAsync(number, done)));

    private async Task WatchAsync(int number, CancellationToken done)
    {
        var request = RequestBytes.Make("GET", "/healthz/ready", "127.0.0.1", null, null, "Connection: close\r\n");
        using var client = new Client(gateways[number].Port);
        while (!done.IsCancellationRequested)
        {
            try
            {
                Volatile.Write(ref ready[number], (await client.SendAsync(request)).Status == 200);
            }
            catch (Exception exception) when (exception is SocketException or ConnectionLostException)
            {
                Volatile.Write(ref ready[number], false);
            }

            await Task.Delay(Interval, CancellationToken.None);
        }
    }
}
