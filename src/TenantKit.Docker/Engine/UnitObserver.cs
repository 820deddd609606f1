using System.Net;
using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.Extensions.Options;
using TenantKit.Orchestration;

namespace TenantKit.Docker.Engine;

/// <summary>Looks at units in the engine itself. What only this host knows is added: which instances it starts or stops at this moment.</summary>
internal sealed class UnitObserver(EngineClient engine, IOptions<DockerOptions> options, InstancesInFlight inFlight, UnitGates gates)
{
    /// <summary>Every container of the unit, oldest first.</summary>
    public async Task<List<Container>> FindAsync(UnitRef unit, CancellationToken cancellationToken)
    {
        var listed = await engine.Api.Containers.ListContainersAsync(
            new ContainersListParameters { All = true, Filters = engine.Mine(unit.Name) }, cancellationToken).ConfigureAwait(false);
        var found = await Task.WhenAll(listed
            .Where(container => UnitMarks.IsOf(container.Labels, engine.Installation, unit))
            .Select(container => InspectAsync(container.ID, cancellationToken))).ConfigureAwait(false);
        return Order(found);
    }

    public async Task<UnitObservation?> ObserveAsync(UnitRef unit, CancellationToken cancellationToken)
    {
        var containers = FindAsync(unit, cancellationToken);
        var hasData = await FindDataAsync().ConfigureAwait(false);
        var found = await containers.ConfigureAwait(false);
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
            .Select(container => container.Observe(settings, StateOf(unit, container, lostDatabase), EndpointOf(unit, container)))
            .ToList();

        // Of those that ended only the last is worth telling.
        var ended = instances.Where(static instance => instance.State == RuntimeState.Exited).SkipLast(1).ToHashSet();
        instances.RemoveAll(ended.Contains);
        return new UnitObservation(unit, instances, hasData);
    }

    /// <summary>Where an instance stands. One that runs and is of no use any more has ended for the control loop, which then starts it anew.</summary>
    public RuntimeState StateOf(UnitRef unit, Container container, bool hasLostDatabase) => container switch
    {
        { IsRunning: true } when inFlight.IsStopping(container.Id) => RuntimeState.Stopping,
        { IsRunning: true } => IsCutOff(unit, container, hasLostDatabase) ? RuntimeState.Exited : RuntimeState.Running,
        // One that nobody is starting was left half made by a host that ended.
        { IsNew: true } when inFlight.IsStarting(container.Id) && !hasLostDatabase => RuntimeState.Creating,
        _ => RuntimeState.Exited,
    };

    /// <summary>App and database are one unit: without its database an app is of no use; nor is one that somebody took off its network.</summary>
    public bool IsCutOff(UnitRef unit, Container container, bool hasLostDatabase) =>
        hasLostDatabase || (options.Value.Reach != DockerReach.Published && container.Address(UnitNames.Network(unit.Name)) is null);

    public static bool LostDatabase(IEnumerable<Container> containers) =>
        containers.Any(static container => container.Role == UnitLabels.DatabaseRole && !container.IsRunning);

    public async Task<Container?> InspectAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return new Container(await engine.Api.Containers.InspectContainerAsync(id, cancellationToken).ConfigureAwait(false));
        }
        catch (DockerApiException exception) when (EngineErrors.IsNotFound(exception))
        {
            return null; // It went between the list and the look.
        }
    }

    public static List<Container> Order(IEnumerable<Container?> containers) =>
        [.. containers.OfType<Container>().OrderBy(static container => container.Found.Created).ThenBy(static container => container.InstanceId, StringComparer.Ordinal)];

    private string? EndpointOf(UnitRef unit, Container container)
    {
        if (options.Value.Reach != DockerReach.Published)
        {
            return container.Address(UnitNames.Network(unit.Name)) is { } address ? new IPEndPoint(address, container.Port).ToString() : null;
        }

        var published = container.Found.NetworkSettings?.Ports?.Values.FirstOrDefault(static bindings => bindings is { Count: > 0 })?[0];
        return published is { HostPort.Length: > 0 } ? $"127.0.0.1:{published.HostPort}" : null;
    }
}
