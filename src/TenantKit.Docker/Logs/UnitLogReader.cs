using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Docker.DotNet.Models;
using TenantKit.Docker.Engine;
using TenantKit.Orchestration;

namespace TenantKit.Docker.Logs;

/// <summary>Reads the logs of all instances of a unit as one, by time; goes on with those that start meanwhile.</summary>
internal sealed class UnitLogReader(EngineClient engine, IUnitParts parts, LogArchive archive, Watching.EngineWatch watch)
{
    private const int Ahead = 1024;

    public async IAsyncEnumerable<LogLine> ReadAsync(UnitRef unit, LogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var containers = await FindAsync(unit, cancellationToken).ConfigureAwait(false);
        var seen = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        var history = HistoryAsync(unit, containers, query, cancellationToken);
        await foreach (var line in (query.Tail is { } tail ? Last(history, tail, cancellationToken) : history).ConfigureAwait(false))
        {
            seen[line.InstanceId] = line.At;
            yield return line;
        }

        if (query.Follow)
        {
            await foreach (var line in FollowAsync(unit, seen, query.Since, cancellationToken).ConfigureAwait(false))
            {
                yield return line;
            }
        }
    }

    /// <summary>What there is now: the kept logs of ended instances, and those of the containers, merged by time.</summary>
    private async IAsyncEnumerable<LogLine> HistoryAsync(
        UnitRef unit, IReadOnlyList<Container> containers, LogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var live = containers.Select(static container => container.InstanceId).ToHashSet(StringComparer.Ordinal);
        foreach (var line in archive.Read(unit).Where(line => !live.Contains(line.InstanceId) && (query.Since is null || line.At >= query.Since)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return line;
        }

        List<IAsyncEnumerator<LogLine>> sources = [];
        try
        {
            foreach (var container in containers.Where(static container => container.HasLog))
            {
                var source = ReadAsync(container, query.Since, query.Tail, follow: false, cancellationToken).GetAsyncEnumerator(cancellationToken);
                sources.Add(source);
                if (!await source.MoveNextAsync().ConfigureAwait(false))
                {
                    await source.DisposeAsync().ConfigureAwait(false);
                    sources.Remove(source);
                }
            }

            while (sources.MinBy(static source => source.Current.At) is { } next)
            {
                yield return next.Current;
                if (!await next.MoveNextAsync().ConfigureAwait(false))
                {
                    await next.DisposeAsync().ConfigureAwait(false);
                    sources.Remove(next);
                }
            }
        }
        finally
        {
            foreach (var source in sources)
            {
                await source.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async IAsyncEnumerable<LogLine> FollowAsync(
        UnitRef unit, Dictionary<string, DateTimeOffset> seen, DateTimeOffset? since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var lines = Channel.CreateBounded<LogLine>(new BoundedChannelOptions(Ahead) { SingleReader = true });
        var following = FollowAllAsync(unit, seen, since, lines.Writer, stop.Token);
        try
        {
            await foreach (var line in lines.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return line;
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Follows each container of the unit, those that are made meanwhile included: the engine's events tell of them.</summary>
    private async Task FollowAllAsync(UnitRef unit, Dictionary<string, DateTimeOffset> seen, DateTimeOffset? since, ChannelWriter<LogLine> lines, CancellationToken cancellationToken)
    {
        var followed = new Dictionary<string, Task>(StringComparer.Ordinal);
        try
        {
            var changes = watch.WatchAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using (changes.ConfigureAwait(false))
            {
                bool goesOn;
                do
                {
                    var next = changes.MoveNextAsync().AsTask(); // subscribed before the look, so that nothing falls between
                    foreach (var container in await FindAsync(unit, cancellationToken).ConfigureAwait(false))
                    {
                        if (container.HasLog && !followed.ContainsKey(container.Id))
                        {
                            var from = seen.TryGetValue(container.InstanceId, out var last) ? last.AddTicks(1) : since;
                            followed[container.Id] = FollowOneAsync(container, from, lines, cancellationToken);
                        }
                    }

                    goesOn = await next.ConfigureAwait(false);
                    while (goesOn && changes.Current.TenantId != unit.TenantId)
                    {
                        goesOn = await changes.MoveNextAsync().ConfigureAwait(false);
                    }
                }
                while (goesOn);
            }

            lines.TryComplete();
        }
        catch (Exception exception)
        {
            lines.TryComplete(exception is OperationCanceledException ? null : EngineErrors.Explain("Following the logs", exception));
        }
        finally
        {
            await Task.WhenAll(followed.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FollowOneAsync(Container container, DateTimeOffset? from, ChannelWriter<LogLine> lines, CancellationToken cancellationToken)
    {
        await foreach (var line in ReadAsync(container, from, tail: null, follow: true, cancellationToken).ConfigureAwait(false))
        {
            await lines.WriteAsync(line, cancellationToken).ConfigureAwait(false);
        }
    }

    private async IAsyncEnumerable<LogLine> ReadAsync(
        Container container, DateTimeOffset? since, int? tail, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var query = new ContainerLogsParameters { Follow = follow, Since = since is { } at ? EngineTime.Of(at) : null, Tail = tail?.ToString(CultureInfo.InvariantCulture) };
        await foreach (var (time, text) in ContainerLog.ReadAsync(engine.Api, container, query, cancellationToken).ConfigureAwait(false))
        {
            if (since is null || time >= since)
            {
                yield return new LogLine(time, container.InstanceId, text);
            }
        }
    }

    private async Task<List<Container>> FindAsync(UnitRef unit, CancellationToken cancellationToken) =>
        [.. (await parts.FindAsync(unit, cancellationToken).ConfigureAwait(false)).Where(static container => container.Role == UnitLabels.AppRole)];

    private static async IAsyncEnumerable<LogLine> Last(IAsyncEnumerable<LogLine> lines, int count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = new Queue<LogLine>();
        await foreach (var line in lines.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            last.Enqueue(line);
            if (last.Count > count)
            {
                last.Dequeue();
            }
        }

        foreach (var line in last)
        {
            yield return line;
        }
    }
}
