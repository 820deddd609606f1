using System.Runtime.CompilerServices;
using System.Threading.Channels;
using TenantKit.Orchestration;

namespace TenantKit.Testing.Faults;

/// <summary>An orchestrator whose calls fail as scripted, around any other.</summary>
/// <param name="inner">The one that does the work.</param>
/// <param name="faults">The script; null for a new, empty one.</param>
public sealed class FaultyOrchestrator(IContainerOrchestrator inner, OrchestratorFaults? faults = null) : IContainerOrchestrator
{
    /// <summary>The script.</summary>
    public OrchestratorFaults Faults { get; } = faults ?? new OrchestratorFaults();

    /// <inheritdoc/>
    public string Name => inner.Name;

    /// <inheritdoc/>
    public OrchestratorCapabilities Capabilities => inner.Capabilities;

    /// <inheritdoc/>
    public Task<ImageResolution> ResolveImageAsync(string image, IReadOnlyList<string> command, CancellationToken cancellationToken) =>
        Faults.RunAsync(OrchestratorCall.ResolveImage, () => inner.ResolveImageAsync(image, command, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<UnitObservation> EnsureAsync(UnitSpec spec, CancellationToken cancellationToken) =>
        Faults.RunAsync(OrchestratorCall.Ensure, () => inner.EnsureAsync(spec, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task SleepAsync(UnitRef unit, TimeSpan gracePeriod, long fencingToken, CancellationToken cancellationToken) =>
        Faults.RunAsync(OrchestratorCall.Sleep, () => DoneAsync(inner.SleepAsync(unit, gracePeriod, fencingToken, cancellationToken)), cancellationToken);

    /// <inheritdoc/>
    public Task DeleteAsync(UnitRef unit, bool deleteData, TimeSpan gracePeriod, long fencingToken, CancellationToken cancellationToken) =>
        Faults.RunAsync(
            OrchestratorCall.Delete, () => DoneAsync(inner.DeleteAsync(unit, deleteData, gracePeriod, fencingToken, cancellationToken)), cancellationToken);

    /// <inheritdoc/>
    public Task<UnitObservation?> ObserveAsync(UnitRef unit, CancellationToken cancellationToken) =>
        Faults.RunAsync(OrchestratorCall.Observe, () => inner.ObserveAsync(unit, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<UnitObservation> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Faults.RunAsync(OrchestratorCall.List, static () => Task.FromResult(true), cancellationToken);
        await foreach (var unit in inner.ListAsync(cancellationToken))
        {
            yield return unit;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<UnitEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var changes = Channel.CreateUnbounded<UnitEvent>(new UnboundedChannelOptions { SingleReader = true });
        void TellBack() => changes.Writer.TryWrite(UnitEvent.RuntimeIsBack);
        Faults.IsBack += TellBack;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var forwarding = ForwardAsync(changes.Writer, stop.Token);
        try
        {
            // Not ReadAllAsync, which leaves the context that it is awaited on.
            while (await changes.Reader.WaitToReadAsync(cancellationToken))
            {
                while (changes.Reader.TryRead(out var change))
                {
                    yield return change;
                }
            }
        }
        finally
        {
            Faults.IsBack -= TellBack;
            stop.Cancel(); // here and now: virtual worlds have no other thread
            await forwarding;
        }
    }

    /// <inheritdoc/>
    public Task<UnitUsage> ReadUsageAsync(UnitRef unit, CancellationToken cancellationToken) =>
        Faults.RunAsync(OrchestratorCall.ReadUsage, () => inner.ReadUsageAsync(unit, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<LogLine> ReadLogsAsync(UnitRef unit, LogQuery query, CancellationToken cancellationToken) =>
        inner.ReadLogsAsync(unit, query, cancellationToken);

    /// <inheritdoc/>
    public Task<CommandResult> RunCommandAsync(UnitSpec spec, IReadOnlyList<string> command, CancellationToken cancellationToken) =>
        Faults.RunAsync(OrchestratorCall.RunCommand, () => inner.RunCommandAsync(spec, command, cancellationToken), cancellationToken);

    private async Task ForwardAsync(ChannelWriter<UnitEvent> changes, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var change in inner.WatchAsync(cancellationToken))
            {
                changes.TryWrite(change);
            }

            changes.TryComplete();
        }
        catch (Exception exception)
        {
            changes.TryComplete(exception);
        }
    }

    private static async Task<bool> DoneAsync(Task task)
    {
        await task;
        return true;
    }
}
