using TenantKit.Orchestration;

namespace TenantKit.Docker.Engine;

/// <summary>
/// Lists every unit of the installation from the engine's own lists. What a host that was killed left behind, and no unit shows, is removed in
/// passing.
/// </summary>
internal sealed class UnitLister(IUnitParts parts, UnitObserver observer, UnitVolumes volumes, UnitGates gates)
{
    public async Task<IReadOnlyList<UnitObservation>> ListAsync(CancellationToken cancellationToken)
    {
        var containers = await parts.ListAsync(cancellationToken).ConfigureAwait(false);
        var data = (await volumes.ListAsync(cancellationToken).ConfigureAwait(false)).Select(static volume => UnitMarks.Read(volume.Labels)).OfType<UnitRef>().ToHashSet();
        var units = new SortedDictionary<string, (UnitRef Unit, List<Container> Containers)>(StringComparer.Ordinal);
        foreach (var unit in data)
        {
            units[unit.Name] = (unit, []);
        }

        foreach (var container in containers)
        {
            if (UnitMarks.Read(container.Labels) is { } unit)
            {
                units.TryAdd(unit.Name, (unit, []));
                units[unit.Name].Containers.Add(container);
            }
        }

        await parts.SweepAsync(units.Values.Where(static entry => entry.Containers.Count > 0).Select(static entry => entry.Unit.Name).ToHashSet(StringComparer.Ordinal), cancellationToken)
            .ConfigureAwait(false);
        return [.. units.Values.Select(entry => observer.Observe(entry.Unit, UnitObserver.Order(entry.Containers), gates.Settings(entry.Unit.Name), data.Contains(entry.Unit)))];
    }
}
