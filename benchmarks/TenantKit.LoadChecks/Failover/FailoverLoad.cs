using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using TenantKit.LoadChecks.Load;

namespace TenantKit.LoadChecks.Failover;

/// <summary>Sends numbered requests over many connections at a steady pace, and keeps what did not go well.</summary>
internal sealed class FailoverLoad(int port, int count, double perSecond, int seed, string token)
{
    private const int Connections = 96;

    private readonly Pace pace = new(perSecond);
    private int next;
    private long slowest;

    public ConcurrentQueue<Outcome> Troubled { get; } = [];

    public TimeSpan Slowest => TimeSpan.FromTicks(slowest);

    public Task RunAsync() => Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(WorkAsync)));

    private async Task WorkAsync()
    {
        using var client = new Client(port);
        while (Interlocked.Increment(ref next) is var number && number <= count)
        {
            var call = new Call(number, seed, $"127.0.0.1:{port}", token);
            await pace.NextAsync();
            var (began, watch) = (DateTimeOffset.UtcNow, Stopwatch.StartNew());
            try
            {
                var answer = await client.SendAsync(call.Bytes, call.Kind == CallKind.Head);
                if (!call.IsAnsweredBy(answer))
                {
                    Troubled.Enqueue(new Outcome(call, answer.Status == 200 ? "200 with another's answer" : answer.Describe(), answer.IsRefusal, began, DateTimeOffset.UtcNow));
                }
            }
            catch (Exception exception) when (exception is SocketException or ConnectionLostException)
            {
                Troubled.Enqueue(new Outcome(call, "connection " + exception.Message, MayBeRepeated: false, began, DateTimeOffset.UtcNow));
            }

            for (var seen = Volatile.Read(ref slowest); watch.Elapsed.Ticks > seen; seen = Volatile.Read(ref slowest))
            {
                Interlocked.CompareExchange(ref slowest, watch.Elapsed.Ticks, seen);
            }
        }
    }
}
