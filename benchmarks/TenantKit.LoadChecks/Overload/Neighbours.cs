using System.Diagnostics;
using System.Net.Sockets;
using TenantKit.LoadChecks.Hosting;
using TenantKit.LoadChecks.Load;

namespace TenantKit.LoadChecks.Overload;

/// <summary>The other tenants' users: a steady, modest number of requests a second, each of which is timed.</summary>
internal sealed class Neighbours(int port, IReadOnlyList<TenantUser> tenants, double perSecond)
{
    private const int Connections = 32;

    private readonly byte[][] requests = [.. tenants.Select(static tenant => RequestBytes.Make("GET", "/wait?ms=0", "127.0.0.1", tenant.Token))];
    private readonly Client[] clients = [.. Enumerable.Range(0, Connections).Select(_ => new Client(port))];

    public Tally Failures { get; } = new();

    /// <summary>Runs for a while; the times of all requests in milliseconds, the shortest first.</summary>
    public async Task<double[]> MeasureAsync(TimeSpan lasts)
    {
        var (pace, watch, next) = (new Pace(perSecond), Stopwatch.StartNew(), 0);
        var times = await Task.WhenAll(clients.Select(client => Task.Run(async () =>
        {
            var own = new List<double>();
            while (watch.Elapsed < lasts)
            {
                await pace.NextAsync();
                var began = Stopwatch.GetTimestamp();
                try
                {
                    var answer = await client.SendAsync(requests[Interlocked.Increment(ref next) % requests.Length]);
                    own.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                    if (answer.Status != 200)
                    {
                        Failures.Add(answer.Describe());
                    }
                }
                catch (Exception exception) when (exception is SocketException or ConnectionLostException)
                {
                    Failures.Add(exception.Message);
                }
            }

            return own;
        })));
        return [.. times.SelectMany(static own => own).Order()];
    }
}
