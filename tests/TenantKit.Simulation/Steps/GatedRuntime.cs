using TenantKit.Orchestration;
using TenantKit.Testing.Virtual;

namespace TenantKit.Simulation.Steps;

/// <summary>The runtime as one life of a replica sees it: what looks at a unit or changes it passes the gate.</summary>
internal sealed class GatedRuntime(StepWorld world, VirtualNode node) : IContainerOrchestrator
{
    private IContainerOrchestrator Inner => world.Runtime;

    public string Name => Inner.Name;

    public OrchestratorCapabilities Capabilities => Inner.Capabilities;

    public Task<ImageResolution> ResolveImageAsync(string image, IReadOnlyList<string> command, CancellationToken cancellationToken) =>
        Inner.ResolveImageAsync(image, command, cancellationToken);

    public Task<UnitObservation> EnsureAsync(UnitSpec spec, CancellationToken cancellationToken) => world.Gate.CallAsync(
        node,
        "ensure",
        () =>
        {
            world.Rules.Ensuring(spec);
            return Inner.EnsureAsync(spec, CancellationToken.None);
        });

    public Task SleepAsync(UnitRef unit, TimeSpan gracePeriod, long fencingToken, CancellationToken cancellationToken) => world.Gate.CallAsync(
        node,
        "sleep",
        async () =>
        {
            await Inner.SleepAsync(unit, gracePeriod, fencingToken, CancellationToken.None);
            return true;
        });

    public Task DeleteAsync(UnitRef unit, bool deleteData, TimeSpan gracePeriod, long fencingToken, CancellationToken cancellationToken) => world.Gate.CallAsync(
        node,
        deleteData ? "delete with data" : "delete",
        async () =>
        {
            world.Rules.Deleting(unit, deleteData);
            await Inner.DeleteAsync(unit, deleteData, gracePeriod, fencingToken, CancellationToken.None);
            return true;
        });

    public Task<UnitObservation?> ObserveAsync(UnitRef unit, CancellationToken cancellationToken) =>
        world.Gate.CallAsync(node, "observe", () => Inner.ObserveAsync(unit, CancellationToken.None));

    public IAsyncEnumerable<UnitObservation> ListAsync(CancellationToken cancellationToken) => Inner.ListAsync(cancellationToken);

    public IAsyncEnumerable<UnitEvent> WatchAsync(CancellationToken cancellationToken) => Inner.WatchAsync(cancellationToken);

    public Task<UnitUsage> ReadUsageAsync(UnitRef unit, CancellationToken cancellationToken) => Inner.ReadUsageAsync(unit, cancellationToken);

    public IAsyncEnumerable<LogLine> ReadLogsAsync(UnitRef unit, LogQuery query, CancellationToken cancellationToken) =>
        Inner.ReadLogsAsync(unit, query, cancellationToken);

    public Task<CommandResult> RunCommandAsync(UnitSpec spec, IReadOnlyList<string> command, CancellationToken cancellationToken) =>
        Inner.RunCommandAsync(spec, command, cancellationToken);
}
