using Docker.DotNet.Models;
using TenantKit.Tenants;

namespace TenantKit.Docker.Engine;

/// <summary>
/// Finds out from the engine's events why a container was killed. An engine that hears of an end before it hears why writes no reason down with the
/// container, but tells of it all the same.
/// </summary>
internal sealed class OutOfMemoryEvents(EngineClient engine, TimeProvider time)
{
    private const int Killed = 137;
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Engines keep the last events only; what ended longer ago is not asked for.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);

    /// <returns>The same containers, with the reason of those that were killed and of which the engine knows more.</returns>
    public async Task<List<Container>> CompleteAsync(List<Container> containers, CancellationToken cancellationToken)
    {
        for (var i = 0; i < containers.Count; i++)
        {
            if (containers[i] is { IsEnded: true, ExitCode: Killed, Reason: StatusReasons.None, LocalId: { } id, ExitedAt: { } at } container
                && time.GetUtcNow() - at < Remembered && await IsToldAsync(id, at, cancellationToken).ConfigureAwait(false))
            {
                containers[i] = container with { Reason = StatusReasons.OutOfMemory };
            }
        }

        return containers;
    }

    private async Task<bool> IsToldAsync(string container, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var heard = new Listener();
        var query = new ContainerEventsParameters
        {
            Since = EngineTime.Of(at - Before),
            Until = EngineTime.Of(time.GetUtcNow()),
            Filters = new Dictionary<string, IDictionary<string, bool>>
            {
                ["container"] = new Dictionary<string, bool> { [container] = true },
                ["event"] = new Dictionary<string, bool> { ["oom"] = true },
            },
        };

        // An engine whose clock is behind would wait until then.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), limit, Patience, Timeout.InfiniteTimeSpan);
        try
        {
            await engine.Api.System.MonitorEventsAsync(query, heard, limit.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && (exception is OperationCanceledException || EngineErrors.IsOne(exception, cancellationToken)))
        {
            // What was heard until then counts.
        }

        return heard.Any;
    }

    private sealed class Listener : IProgress<Message>
    {
        public bool Any { get; private set; }

        public void Report(Message value) => Any = true;
    }
}
