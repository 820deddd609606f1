using System.Collections.Concurrent;
using System.Net.Sockets;
using TenantKit.LoadChecks.Hosting;

namespace TenantKit.LoadChecks.Load;

/// <summary>
/// Numbered requests to several gateways in turn, as a load balancer in front of them sends them: those that say that they are ready come first; where
/// one cannot be reached, or the connection ends without an answer and the request does no harm twice, the next one is asked. An answer is never asked
/// for again.
/// </summary>
internal sealed class BalancedLoad(GatewayHost[] gateways, double perSecond, int seed, IReadOnlyList<string> tokens)
{
    private const int Workers = 24;

    private readonly Pace pace = new(perSecond);
    private readonly ReadyWatch watch = new(gateways);
    private int next;
    private int movedOn;

    /// <summary>Requests that were sent.</summary>
    public int Count => Volatile.Read(ref next);

    /// <summary>How often another gateway was asked.</summary>
    public int MovedOn => Volatile.Read(ref movedOn);

    /// <summary>Those that got no answer of the app.</summary>
    public ConcurrentQueue<Outcome> Troubled { get; } = [];

    /// <summary>A request by its number, as it was sent.</summary>
    public Call CallOf(int number) => new(number, seed, "127.0.0.1", tokens[number % tokens.Count]);

    public Task RunAsync(CancellationToken done) =>
        Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(() => WorkAsync(done), CancellationToken.None)).Append(watch.RunAsync(done)));

    private async Task WorkAsync(CancellationToken done)
    {
        var clients = Array.ConvertAll(gateways, static gateway => new Client(gateway.Port));
        while (!done.IsCancellationRequested)
        {
            await pace.NextAsync();
            var call = CallOf(Interlocked.Increment(ref next));
            var began = DateTimeOffset.UtcNow;
            if (await TryAsync(clients, call) is { } trouble)
            {
                Troubled.Enqueue(new Outcome(call, trouble, MayBeRepeated: false, began, DateTimeOffset.UtcNow));
            }
        }

        Array.ForEach(clients, static client => client.Dispose());
    }

    /// <summary>Null when the app answered; else what happened.</summary>
    private async Task<string?> TryAsync(Client[] clients, Call call)
    {
        var trouble = string.Empty;
        foreach (var gateway in Enumerable.Range(call.Number, clients.Length).Select(number => number % clients.Length).OrderByDescending(watch.IsReady).ToList())
        {
            try
            {
                var answer = await clients[gateway].SendAsync(call.Bytes, call.Kind == CallKind.Head);
                return call.IsAnsweredBy(answer) ? null : answer.Describe();
            }
            catch (SocketException exception)
            {
                trouble = $"no gateway: {exception.SocketErrorCode}";
            }
            catch (ConnectionLostException exception)
            {
                trouble = $"connection {exception.Message}";
                if (!call.IsIdempotent || exception.HadAnswer)
                {
                    return trouble;
                }
            }

            Interlocked.Increment(ref movedOn);
        }

        return trouble;
    }
}
