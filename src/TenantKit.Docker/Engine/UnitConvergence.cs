using Docker.DotNet.Models;
using Microsoft.Extensions.Options;
using TenantKit.Diagnostics;
using TenantKit.Docker.Databases;
using TenantKit.Orchestration;
using TenantKit.Templates;

namespace TenantKit.Docker.Engine;

/// <summary>Carries out one ensure. The unit's gate is held.</summary>
/// <remarks>
/// 1. What was left half made goes, and of what ended all but the last.
/// 2. Living instances get the size that is wanted, in place.
/// 3. Outdated and surplus ones are asked to stop; nothing starts beside an outdated one.
/// 4. Network, volume and database come before the first instance.
/// 5. Missing instances are made, and started once the database takes connections.
/// </remarks>
internal sealed class UnitConvergence(
    EngineClient engine, IOptions<DockerOptions> options, UnitObserver observer, UnitNetworks networks, UnitVolumes volumes, InstanceStops stops,
    InstanceStarter starter, DatabaseContainer database, DatabaseGate gate, InstancesInFlight inFlight, IIdSource ids)
{
    public async Task ConvergeAsync(UnitSpec spec, ResolvedImage? image, IReadOnlyList<Container> found, CancellationToken cancellationToken)
    {
        var operation = ids.NewId();
        var lostDatabase = UnitObserver.LostDatabase(found);
        var apps = found.Where(static container => container.Role == UnitLabels.AppRole).ToList();
        await ClearAsync(spec, apps, lostDatabase, cancellationToken).ConfigureAwait(false);                                  // 1
        await ResizeAsync(spec, apps, cancellationToken).ConfigureAwait(false);                                              // 2

        var settings = SettingsLabel.Of(spec);
        var plan = UnitPlan.Make(spec, [.. apps.Select(container => container.Observe(settings, observer.StateOf(spec.Unit, container, lostDatabase), endpoint: null))]);
        foreach (var container in apps.Where(container => plan.Stop.Contains(container.InstanceId)))                         // 3
        {
            _ = stops.StopAsync(spec.Unit, container, spec.StopGracePeriod);
        }

        if (plan.Start == 0 || image is null)
        {
            return;
        }

        await volumes.EnsureAsync(spec, UnitNames.Volume(spec.Unit.Name), cancellationToken).ConfigureAwait(false);           // 4
        var host = await networks.EnsureAsync(spec.Unit, cancellationToken).ConfigureAwait(false);
        var hasInit = await engine.HasInitAsync(cancellationToken).ConfigureAwait(false);
        var databaseId = spec.Database == DatabaseMode.Dedicated
            ? await database.EnsureAsync(spec, found, operation, cancellationToken).ConfigureAwait(false)
            : null;

        var slots = new Slots(apps.Select(static container => container.Name));
        for (var i = 0; i < plan.Start; i++)                                                                                 // 5
        {
            await StartAsync(spec, new InstancePlan(engine.Installation, operation, ids.NewId(), slots.Take(spec.Unit.Name), image, host, hasInit), databaseId, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private async Task StartAsync(UnitSpec spec, InstancePlan plan, string? databaseId, CancellationToken cancellationToken)
    {
        var container = await starter.CreateAsync(spec, plan, cancellationToken).ConfigureAwait(false);
        if (databaseId is null)
        {
            await starter.StartAsync(container, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            gate.StartBehind(spec.Unit, databaseId, container);
        }
    }

    private async Task ClearAsync(UnitSpec spec, List<Container> apps, bool lostDatabase, CancellationToken cancellationToken)
    {
        var halfMade = apps.Where(container => container.IsNew && (lostDatabase || !inFlight.IsStarting(container.Id)));
        var ended = apps.Where(static container => container.IsEnded).ToList();
        var cutOff = apps.Where(container => container.IsRunning && observer.IsCutOff(spec.Unit, container, lostDatabase));
        List<Container> going = [.. halfMade.Concat(ended.SkipLast(1)).Concat(cutOff).Distinct()];
        await Task.WhenAll(going.Select(container => stops.StopAsync(spec.Unit, container, spec.StopGracePeriod))).WaitAsync(cancellationToken).ConfigureAwait(false);
        apps.RemoveAll(going.Contains);
    }

    private async Task ResizeAsync(UnitSpec spec, IEnumerable<Container> apps, CancellationToken cancellationToken)
    {
        var wanted = ContainerManifests.Hardened(options.Value, spec, new InstancePlan("", "", "", 0, new ResolvedImage("", "", "0"), null, false)).HostConfig!;
        foreach (var container in apps.Where(container => container.IsRunning && (container.MemoryBytes != wanted.Memory || container.NanoCpus != wanted.NanoCPUs)))
        {
            await engine.Api.Containers.UpdateContainerAsync(
                container.Id,
                new ContainerUpdateParameters { Memory = wanted.Memory, MemorySwap = wanted.MemorySwap, NanoCPUs = wanted.NanoCPUs },
                cancellationToken).ConfigureAwait(false);
        }
    }
}
