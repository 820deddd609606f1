using System.Runtime.CompilerServices;
using TenantKit.Orchestration;
using TenantKit.Tenants;

namespace TenantKit.Admin.Tests.Containers;

/// <summary>A runtime that runs units but tells neither usage nor logs nor what it noticed.</summary>
internal sealed class BrokenUsage : IContainerOrchestrator, IRuntimeNoticeReader
{
    private IContainerOrchestrator inner = null!;
    private int calls;

    public int Calls => calls;

    public string Name => inner.Name;

    public OrchestratorCapabilities Capabilities => inner.Capabilities;

    public BrokenUsage Over(IContainerOrchestrator orchestrator)
    {
        inner = orchestrator;
        return this;
    }

    public Task<ImageResolution> ResolveImageAsync(string image, IReadOnlyList<string> command, CancellationToken cancellationToken) => inner.ResolveImageAsync(image, command, cancellationToken);

    public Task<UnitObservation> EnsureAsync(UnitSpec spec, CancellationToken cancellationToken) => inner.EnsureAsync(spec, cancellationToken);

    public Task SleepAsync(UnitRef unit, TimeSpan gracePeriod, long fencingToken, CancellationToken cancellationToken) => inner.SleepAsync(unit, gracePeriod, fencingToken, cancellationToken);

    public Task DeleteAsync(UnitRef unit, bool deleteData, TimeSpan gracePeriod, long fencingToken, CancellationToken cancellationToken) => inner.DeleteAsync(unit, deleteData, gracePeriod, fencingToken, cancellationToken);

    public Task<UnitObservation?> ObserveAsync(UnitRef unit, CancellationToken cancellationToken) => inner.ObserveAsync(unit, cancellationToken);

    public IAsyncEnumerable<UnitObservation> ListAsync(CancellationToken cancellationToken) => inner.ListAsync(cancellationToken);

    public IAsyncEnumerable<UnitEvent> WatchAsync(CancellationToken cancellationToken) => inner.WatchAsync(cancellationToken);

    public Task<UnitUsage> ReadUsageAsync(UnitRef unit, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref calls);
        throw Failure();
    }

    public Task<IReadOnlyList<RuntimeNotice>> ReadNoticesAsync(UnitRef unit, CancellationToken cancellationToken) => throw Failure();

    public async IAsyncEnumerable<LogLine> ReadLogsAsync(UnitRef unit, LogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        throw Failure();
#pragma warning disable CS0162 // makes it an iterator
        yield break;
#pragma warning restore CS0162
    }

    public Task<CommandResult> RunCommandAsync(UnitSpec spec, IReadOnlyList<string> command, CancellationToken cancellationToken) => inner.RunCommandAsync(spec, command, cancellationToken);

    private static OrchestratorException Failure() => new(StatusReasons.OrchestratorUnavailable, "The runtime does not answer.", isTransient: true);
}
