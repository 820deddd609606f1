using TenantKit.Diagnostics;
using TenantKit.Orchestration;

namespace TenantKit.Docker.Engine;

/// <summary>Carries out one ensure. The unit's gate is held.</summary>
/// <remarks>
/// 1. What was left half made goes, and of what ended all but the last.
/// 2. Living instances get the size that is wanted, in place.
/// 3. Outdated and surplus ones are asked to stop; nothing starts beside an outdated one.
/// 4. Network, volume and database come before the first instance.
/// 5. Missing instances are made, and started once the database takes connections.
/// </remarks>
internal sealed class UnitConvergence(EngineClient engine, IUnitParts parts, UnitObserver observer, InstanceStops stops, InstancesInFlight inFlight, IIdSource ids)
{
    public async Task ConvergeAsync(UnitSpec spec, ResolvedImage? image, IReadOnlyList<Container> found, CancellationToken cancellationToken)
    {
        var operation = ids.NewId();
        var lostDatabase = UnitObserver.LostDatabase(found);
        var apps = found.Where(static container => container.Role == UnitLabels.AppRole).ToList();
        await ClearAsync(spec, apps, lostDatabase, cancellationToken).ConfigureAwait(false);                                  // 1
        await parts.ResizeAsync(spec, apps, cancellationToken).ConfigureAwait(false);                                        // 2

        var settings = parts.Settings(spec);
        var plan = UnitPlan.Make(spec, [.. apps.Select(container => container.Observe(settings, observer.StateOf(container, lostDatabase)))]);
        foreach (var container in apps.Where(container => plan.Stop.Contains(container.InstanceId)))                         // 3
        {
            _ = stops.StopAsync(spec.Unit, container, spec.StopGracePeriod);
        }

        if (plan.Start == 0 || image is null)
        {
            return;
        }

        var surroundings = await parts.SurroundAsync(spec, image, found, operation, cancellationToken).ConfigureAwait(false); // 4
        var host = surroundings.Network.LikelyHost;
        var slots = new Slots(apps.Select(static container => container.Name));
        for (var i = 0; i < plan.Start; i++)                                                                                 // 5
        {
            var slot = slots.Take(place => parts.InstanceName(spec.Unit.Name, place));
            var instance = new InstancePlan(engine.Installation, operation, ids.NewId(), slot, image, host, surroundings.HasInit);
            await parts.StartAsync(spec, instance, surroundings, cancellationToken).ConfigureAwait(false);
            host = await surroundings.Network.Host.ConfigureAwait(false);
        }
    }

    private async Task ClearAsync(UnitSpec spec, List<Container> apps, bool lostDatabase, CancellationToken cancellationToken)
    {
        var halfMade = apps.Where(container => container.IsNew && (lostDatabase || !inFlight.IsStarting(container.Id)));
        var ended = apps.Where(static container => container.IsEnded).ToList();
        var useless = apps.Where(container => container.IsRunning && UnitObserver.IsOfNoUse(container, lostDatabase));
        List<Container> going = [.. halfMade.Concat(ended.SkipLast(1)).Concat(useless).Distinct()];
        await Task.WhenAll(going.Select(container => stops.StopAsync(spec.Unit, container, spec.StopGracePeriod))).WaitAsync(cancellationToken).ConfigureAwait(false);
        apps.RemoveAll(going.Contains);
    }
}
