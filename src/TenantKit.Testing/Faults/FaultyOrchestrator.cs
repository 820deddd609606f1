using System.Runtime.CompilerServices;
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
    public IAsyncEnumerable<UnitEvent> WatchAsync(CancellationToken cancellationToken) => inner.WatchAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<UnitUsage> ReadUsageAsync(UnitRef unit, CancellationToken cancellationToken) =>
        Faults.RunAsync(OrchestratorCall.ReadUsage, () => inner.ReadUsageAsync(unit, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<LogLine> ReadLogsAsync(UnitRef unit, LogQuery query, CancellationToken cancellationToken) =>
        inner.ReadLogsAsync(unit, query, cancellationToken);

    /// <inheritdoc/>
    public Task<CommandResult> RunCommandAsync(UnitSpec spec, IReadOnlyList<string> command, CancellationToken cancellationToken) =>
        Faults.RunAsync(OrchestratorCall.RunCommand, () => inner.RunCommandAsync(spec, command, cancellationToken), cancellationToken);

    private static async Task<bool> DoneAsync(Task task)
    {
        await task;
        return true;
    }
}
