using Docker.DotNet.Models;
using TenantKit.Orchestration;

namespace TenantKit.Docker.Engine;

/// <summary>Looks at units in the engine itself. What only this host knows is added: which instances it starts or stops at this moment.</summary>
internal sealed class UnitObserver(EngineClient engine, IUnitParts parts, InstancesInFlight inFlight, UnitGates gates, OutOfMemoryEvents outOfMemory)
{
    public async Task<UnitObservation?> ObserveAsync(UnitRef unit, CancellationToken cancellationToken)
    {
        var containers = parts.FindAsync(unit, cancellationToken);
        var hasData = await FindDataAsync().ConfigureAwait(false);
        var found = await outOfMemory.CompleteAsync(await containers.ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return found.Count == 0 && !hasData ? null : Observe(unit, found, gates.Settings(unit.Name), hasData);

        async Task<bool> FindDataAsync()
        {
            var volumes = await engine.Api.Volumes.ListAsync(new VolumesListParameters { Filters = engine.Mine(unit.Name) }, cancellationToken).ConfigureAwait(false);
            return volumes.Volumes?.Any(volume => UnitMarks.IsOf(volume.Labels, engine.Installation, unit)) == true;
        }
    }

    public UnitObservation Observe(UnitRef unit, IReadOnlyList<Container> containers, string? settings, bool hasData)
    {
        var apps = containers.Where(static container => container.Role == UnitLabels.AppRole).ToList();
        settings ??= apps.LastOrDefault()?.Settings;
        var lostDatabase = LostDatabase(containers);
        var instances = apps
            .Select(container => container.Observe(settings, StateOf(container, lostDatabase)))
            .ToList();

        // Of those that ended only the last is worth telling.
        var ended = instances.Where(static instance => instance.State == RuntimeState.Exited).SkipLast(1).ToHashSet();
        instances.RemoveAll(ended.Contains);
        return new UnitObservation(unit, instances, hasData);
    }

    /// <summary>Where an instance stands. One that runs and is of no use any more has ended for the control loop, which then starts it anew.</summary>
    public RuntimeState StateOf(Container container, bool hasLostDatabase) => container switch
    {
        { State: ContainerState.Running or ContainerState.Starting } when inFlight.IsStopping(container.Id) => RuntimeState.Stopping,
        { State: ContainerState.Leaving } => RuntimeState.Stopping,
        { State: ContainerState.Starting } => RuntimeState.Creating,
        { IsRunning: true } => IsOfNoUse(container, hasLostDatabase) ? RuntimeState.Exited : RuntimeState.Running,
        // One that nobody is starting was left half made by a host that ended.
        { IsNew: true } when inFlight.IsStarting(container.Id) && !hasLostDatabase => RuntimeState.Creating,
        _ => RuntimeState.Exited,
    };

    /// <summary>App and database are one unit: without its database an app is of no use; nor is one that somebody took off its network.</summary>
    public static bool IsOfNoUse(Container container, bool hasLostDatabase) => hasLostDatabase || container.IsCutOff;

    public static bool LostDatabase(IEnumerable<Container> containers) =>
        containers.Any(static container => container.Role == UnitLabels.DatabaseRole && !container.IsRunning);

    public static List<Container> Order(IEnumerable<Container?> containers) =>
        [.. containers.OfType<Container>().OrderBy(static container => container.CreatedAt).ThenBy(static container => container.InstanceId, StringComparer.Ordinal)];
}
