using Docker.DotNet.Models;
using TenantKit.Orchestration;

namespace TenantKit.Docker.Engine;

/// <summary>
/// Lists every unit of the installation from the engine's own lists of containers, volumes and networks. A network that a host left behind, empty
/// and older than a minute, is removed in passing: it is no compute, and a unit asleep has none.
/// </summary>
internal sealed class UnitLister(EngineClient engine, UnitObserver observer, UnitNetworks networks, UnitVolumes volumes, UnitGates gates, TimeProvider time)
{
    private static readonly TimeSpan Young = TimeSpan.FromMinutes(1);

    public async Task<IReadOnlyList<UnitObservation>> ListAsync(CancellationToken cancellationToken)
    {
        var listed = await engine.Api.Containers.ListContainersAsync(
            new ContainersListParameters { All = true, Filters = engine.Mine() }, cancellationToken).ConfigureAwait(false);
        var data = (await volumes.ListAsync(cancellationToken).ConfigureAwait(false)).Select(static volume => UnitMarks.Read(volume.Labels)).OfType<UnitRef>().ToHashSet();
        var units = new SortedDictionary<string, (UnitRef Unit, List<Container> Containers)>(StringComparer.Ordinal);
        foreach (var unit in data)
        {
            units[unit.Name] = (unit, []);
        }

        foreach (var container in await InspectAsync(listed, cancellationToken).ConfigureAwait(false))
        {
            if (UnitMarks.Read(container.Found.Config?.Labels) is { } unit)
            {
                units.TryAdd(unit.Name, (unit, []));
                units[unit.Name].Containers.Add(container);
            }
        }

        await RemoveEmptyNetworksAsync(units.Values.Where(static entry => entry.Containers.Count > 0).Select(static entry => entry.Unit.Name).ToHashSet(StringComparer.Ordinal), cancellationToken)
            .ConfigureAwait(false);
        return [.. units.Values.Select(entry => observer.Observe(entry.Unit, UnitObserver.Order(entry.Containers), gates.Settings(entry.Unit.Name), data.Contains(entry.Unit)))];
    }

    private async Task<IReadOnlyList<Container>> InspectAsync(IEnumerable<ContainerListResponse> listed, CancellationToken cancellationToken)
    {
        var found = new List<Container>();
        foreach (var some in listed.Chunk(32))
        {
            found.AddRange((await Task.WhenAll(some.Select(container => observer.InspectAsync(container.ID, cancellationToken))).ConfigureAwait(false)).OfType<Container>());
        }

        return found;
    }

    private async Task RemoveEmptyNetworksAsync(HashSet<string> inUse, CancellationToken cancellationToken)
    {
        foreach (var network in await networks.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            var age = time.GetUtcNow() - new DateTimeOffset(network.Created.ToUniversalTime(), TimeSpan.Zero);
            if (UnitMarks.Read(network.Labels) is not { } unit || inUse.Contains(unit.Name) || age < Young)
            {
                continue;
            }

            var gate = await gates.EnterAsync(unit, cancellationToken).ConfigureAwait(false);
            try
            {
                if ((await observer.FindAsync(unit, cancellationToken).ConfigureAwait(false)).Count == 0)
                {
                    await networks.RemoveAsync(unit, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (Exception exception) when (EngineErrors.IsOne(exception, cancellationToken))
            {
                // The next sweep tries again.
            }
            finally
            {
                gates.Leave(gate);
            }
        }
    }
}
