using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Docker.DotNet.Models;
using Microsoft.Extensions.Logging;
using TenantKit.Docker.Engine;
using TenantKit.Orchestration;

namespace TenantKit.Docker.Watching;

/// <summary>
/// Tells which units changed, from one open call to the engine: at rest nothing is asked. When the call breaks it is made again from where it
/// broke off; as the engine remembers little, and nothing over its own restart, every unit is told of then.
/// </summary>
internal sealed partial class EngineWatch(EngineClient engine, UnitEventHub own, TimeProvider time, ILogger<EngineWatch> logger)
{
    private const int Ahead = 4096;
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(2);

    // Health checks and one-off looks inside a container make events as well; those are nobody's business here.
    private static readonly string[] Actions = ["start", "die", "oom", "destroy", "pause", "unpause", "update", "rename", "disconnect"];

    public async IAsyncEnumerable<UnitEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var changes = Channel.CreateBounded<UnitEvent>(new BoundedChannelOptions(Ahead) { SingleReader = true });
        var sources = Task.WhenAll(ForwardOwnAsync(changes.Writer, stop.Token), ForwardEngineAsync(changes.Writer, stop.Token));
        try
        {
            await foreach (var change in changes.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return change;
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await sources.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ForwardOwnAsync(ChannelWriter<UnitEvent> changes, CancellationToken cancellationToken)
    {
        await foreach (var change in own.WatchAsync(cancellationToken).ConfigureAwait(false))
        {
            Write(changes, change);
        }

        changes.TryComplete();
    }

    private async Task ForwardEngineAsync(ChannelWriter<UnitEvent> changes, CancellationToken cancellationToken)
    {
        var from = time.GetUtcNow();
        var retry = FirstRetry;
        while (!cancellationToken.IsCancellationRequested)
        {
            var reader = new EventReader(changes, from);
            try
            {
                await engine.Api.System.MonitorEventsAsync(Query(from), reader, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (EngineErrors.IsOne(exception, cancellationToken))
            {
                LogBroken(exception, retry);
            }

            (from, retry) = (reader.Last, reader.HasRead ? FirstRetry : Longer(retry));
            do
            {
                await Task.Delay(retry, time, cancellationToken).ConfigureAwait(false);
                retry = Longer(retry);
            }
            while (!await TryRelistAsync(changes, cancellationToken).ConfigureAwait(false)); // what comes after it, the next call tells from where this one ended
        }
    }

    private static TimeSpan Longer(TimeSpan retry) => retry * 2 < LastRetry ? retry * 2 : LastRetry;

    /// <summary>What happened while nobody listened is not known: every unit is worth a look.</summary>
    private async Task<bool> TryRelistAsync(ChannelWriter<UnitEvent> changes, CancellationToken cancellationToken)
    {
        try
        {
            var containers = await engine.Api.Containers.ListContainersAsync(new ContainersListParameters { All = true, Filters = engine.Mine() }, cancellationToken).ConfigureAwait(false);
            var volumes = await engine.Api.Volumes.ListAsync(new VolumesListParameters { Filters = engine.Mine() }, cancellationToken).ConfigureAwait(false);
            Write(changes, UnitEvent.RuntimeIsBack); // first, as a long list of units may be more than the watcher takes
            var units = containers.Select(static container => UnitMarks.Read(container.Labels))
                .Concat((volumes.Volumes ?? []).Select(static volume => UnitMarks.Read(volume.Labels)));
            foreach (var tenant in units.OfType<UnitRef>().Select(static unit => unit.TenantId).Distinct())
            {
                Write(changes, new UnitEvent(tenant));
            }

            return true;
        }
        catch (Exception exception) when (EngineErrors.IsOne(exception, cancellationToken))
        {
            return false;
        }
    }

    private ContainerEventsParameters Query(DateTimeOffset from)
    {
        var filters = engine.Mine();
        filters["type"] = new Dictionary<string, bool> { ["container"] = true };
        filters["event"] = Actions.ToDictionary(static action => action, static _ => true, StringComparer.Ordinal);
        return new ContainerEventsParameters { Since = EngineTime.Of(from), Filters = filters };
    }

    /// <summary>A watcher that falls behind is cut off rather than lied to: it lists again.</summary>
    private static void Write(ChannelWriter<UnitEvent> changes, UnitEvent change)
    {
        if (!changes.TryWrite(change))
        {
            changes.TryComplete();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The engine's events broke off; listening again in {Delay}, with a look at every unit.")]
    private partial void LogBroken(Exception exception, TimeSpan delay);

    /// <summary>Turns the engine's messages into changes, on the thread that reads them.</summary>
    private sealed class EventReader(ChannelWriter<UnitEvent> changes, DateTimeOffset from) : IProgress<Message>
    {
        /// <summary>When the last one happened, by the engine's clock.</summary>
        public DateTimeOffset Last { get; private set; } = from;

        public bool HasRead { get; private set; }

        public void Report(Message value)
        {
            HasRead = true;
            if (value.TimeNano is { } nanoseconds and > 0)
            {
                Last = DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / 100);
            }

            if (value.Actor?.Attributes is { } labels && labels.TryGetValue(UnitLabels.Tenant, out var tenant))
            {
                Write(changes, new UnitEvent(tenant));
            }
        }
    }
}
