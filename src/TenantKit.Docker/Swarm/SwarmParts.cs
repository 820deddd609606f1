using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.Extensions.Options;
using TenantKit.Docker.Engine;
using TenantKit.Orchestration;

namespace TenantKit.Docker.Swarm;

/// <summary>Units of services: each instance is a service of one task, so that it is started, reached, drained and stopped by itself.</summary>
internal sealed class SwarmParts(
    EngineClient engine, IOptions<DockerOptions> options, SwarmNode node, UnitNetworks networks, NetworkSweep sweep, UnitVolumes volumes, SwarmSecrets secrets,
    VolumePreparation preparation, TaskFollower follower) : IUnitParts
{
    private const string TaskLabel = "com.docker.swarm.task.id";
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    public string Name => "docker-swarm";

    public OrchestratorCapabilities Capabilities { get; } = new()
    {
        Replicas = true,
        Volumes = true,
        NetworkIsolation = true,
        EnforcesLimits = true,
        ImageDigests = true,
        Fencing = true,
        Commands = true,
    };

    public string Settings(UnitSpec spec) => ServiceManifests.Settings(spec);

    public string InstanceName(string unit, int slot) => UnitNames.Service(unit, slot);

    public async Task<List<Container>> FindAsync(UnitRef unit, CancellationToken cancellationToken) =>
        UnitObserver.Order((await ReadAsync(engine.Mine(unit.Name), cancellationToken).ConfigureAwait(false))
            .Where(container => UnitMarks.IsOf(container.Labels, engine.Installation, unit)));

    public async Task<IReadOnlyList<Container>> ListAsync(CancellationToken cancellationToken) => await ReadAsync(engine.Mine(), cancellationToken).ConfigureAwait(false);

    public async Task<UnitSurroundings> SurroundAsync(
        UnitSpec spec, ResolvedImage image, IReadOnlyList<Container> found, string operation, CancellationToken cancellationToken)
    {
        await node.RequireManagerAsync(cancellationToken).ConfigureAwait(false);
        var host = await node.RequireBridgeAsync(cancellationToken).ConfigureAwait(false);
        var volume = await volumes.EnsureAsync(spec, UnitNames.Volume(spec.Unit.Name), cancellationToken).ConfigureAwait(false);
        var network = networks.EnsureAsync(spec.Unit, cancellationToken);
        if (!found.Any(static container => container is { Role: UnitLabels.AppRole, IsRunning: true }))
        {
            var plan = new InstancePlan(engine.Installation, operation, operation, 0, image, host, HasInit: false);
            await Task.WhenAll(network, preparation.RunAsync(spec, plan, volume, cancellationToken)).ConfigureAwait(false);
        }

        await network.ConfigureAwait(false);
        return new UnitSurroundings(UnitNetwork.Made(host), await engine.HasInitAsync(cancellationToken).ConfigureAwait(false), DatabaseId: null);
    }

    public async Task StartAsync(UnitSpec spec, InstancePlan plan, UnitSurroundings surroundings, CancellationToken cancellationToken)
    {
        var secret = await secrets.CreateAsync(spec.Unit, plan.InstanceId, cancellationToken).ConfigureAwait(false);
        var place = node.IsOneOfMany ? null : await node.RequireManagerAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await CreateAsync(spec.Unit, ServiceManifests.App(options.Value, spec, plan, place, secret), cancellationToken).ConfigureAwait(false);
        }
        catch (DockerApiException)
        {
            await secrets.RemoveAsync(plan.InstanceId).ConfigureAwait(false);
            throw;
        }

        follower.Follow(spec.Unit, plan.InstanceId);
    }

    /// <summary>A network that was removed a moment ago is still listed: the next one is made once it is not.</summary>
    private async Task CreateAsync(UnitRef unit, ServiceCreateParameters manifest, CancellationToken cancellationToken)
    {
        for (var since = engine.Time.GetTimestamp(); ;)
        {
            try
            {
                // Waited for even when the caller gives up, so that the next one finds it.
                await engine.Api.Swarm.CreateServiceAsync(manifest, CancellationToken.None).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                return;
            }
            catch (DockerApiException exception) when (SwarmNetworks.IsGone(exception) && engine.Time.GetElapsedTime(since) < options.Value.CallTimeout)
            {
                await Task.Delay(Interval, engine.Time, cancellationToken).ConfigureAwait(false);
                await networks.EnsureAsync(unit, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public Task ResizeAsync(UnitSpec spec, IEnumerable<Container> apps, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>By the container, whose grace is this call's; on another node the service's own grace holds, when it is removed.</summary>
    public Task StopAsync(Container container, TimeSpan gracePeriod) =>
        container.LocalId is { } local ? engine.StopAsync(local, container.IsPaused, gracePeriod) : Task.CompletedTask;

    public async Task RemoveAsync(Container container)
    {
        if (container.Id != container.LocalId)
        {
            await IgnoreMissing(engine.Api.Swarm.RemoveServiceAsync(container.Id, CancellationToken.None)).ConfigureAwait(false);
            await secrets.RemoveAsync(container.InstanceId).ConfigureAwait(false);
        }

        if (container.LocalId is { } local)
        {
            await IgnoreMissing(engine.Api.Containers.RemoveContainerAsync(local, new ContainerRemoveParameters { Force = true }, CancellationToken.None)).ConfigureAwait(false);
        }

        await WaitForEndAsync(container).ConfigureAwait(false);
    }

    public async Task RemoveSurroundingsAsync(UnitRef unit, CancellationToken cancellationToken)
    {
        await secrets.RemoveAllAsync(unit, cancellationToken).ConfigureAwait(false);
        await networks.RemoveAsync(unit, cancellationToken).ConfigureAwait(false);
    }

    public async Task SweepAsync(IReadOnlySet<string> inUse, CancellationToken cancellationToken)
    {
        var services = await ListServicesAsync(engine.Mine(), cancellationToken).ConfigureAwait(false);
        var instances = services.Select(static service => service.Spec?.Labels is { } labels && labels.TryGetValue(UnitLabels.Instance, out var instance) ? instance : "").ToHashSet(StringComparer.Ordinal);
        await secrets.SweepAsync(instances, cancellationToken).ConfigureAwait(false);
        await sweep.RemoveEmptyAsync(inUse, async unit => (await FindAsync(unit, cancellationToken).ConfigureAwait(false)).Count == 0, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The services with their tasks, and what this node runs of them; containers without a service are ending, or somebody's commands.</summary>
    private async Task<List<Container>> ReadAsync(IDictionary<string, IDictionary<string, bool>> filters, CancellationToken cancellationToken)
    {
        var own = await node.RequireManagerAsync(cancellationToken).ConfigureAwait(false);
        var listing = ListServicesAsync(filters, cancellationToken);
        var tasks = (await engine.Api.Tasks.ListAsync(new TasksListParameters { Filters = filters }, cancellationToken).ConfigureAwait(false))
            .GroupBy(static task => task.ServiceID ?? "", StringComparer.Ordinal)
            .ToDictionary(static group => group.Key, static group => group.MaxBy(static task => task.CreatedAt)!, StringComparer.Ordinal);
        // After the tasks, so that a container that a task names is there unless it was removed.
        var containers = await engine.Api.Containers.ListContainersAsync(new ContainersListParameters { All = true, Filters = filters }, cancellationToken).ConfigureAwait(false);
        var here = (await Task.WhenAll(containers.Select(container => engine.InspectAsync(container.ID, cancellationToken))).ConfigureAwait(false)).OfType<ContainerInspectResponse>().ToList();
        var byTask = here.Where(static container => TaskOf(container) is not null).ToDictionary(static container => TaskOf(container)!, StringComparer.Ordinal);
        var addresses = await node.FindAddressesAsync([.. byTask.Values.Where(static container => container.State?.Running == true).Select(static container => container.ID)], cancellationToken).ConfigureAwait(false);

        List<Container> found = [];
        foreach (var service in await listing.ConfigureAwait(false))
        {
            var task = tasks.GetValueOrDefault(service.ID);
            var local = task is null ? null : byTask.GetValueOrDefault(task.ID);
            found.Add(ServiceReader.Read(service, task, local, task?.NodeID == own, options.Value.Reach, local is null ? null : addresses.GetValueOrDefault(local.ID)));
            if (local is not null)
            {
                here.Remove(local);
            }
        }

        found.AddRange(here.Select(ReadAlone));
        return found;
    }

    private Container ReadAlone(ContainerInspectResponse container)
    {
        var read = ContainerReader.Read(container, options.Value.Reach);
        return TaskOf(container) is not null && !read.IsEnded ? read with { State = ContainerState.Leaving } : read;
    }

    private static string? TaskOf(ContainerInspectResponse container) =>
        container.Config?.Labels is { } labels && labels.TryGetValue(TaskLabel, out var task) ? task : null;

    /// <summary>The swarm forgets a task once its node has cleared it away; until then its network is in use.</summary>
    private async Task WaitForEndAsync(Container container)
    {
        if (container.Label(UnitLabels.Instance) is not { } instance)
        {
            return;
        }

        var filters = UnitLabels.Filter($"{UnitLabels.Installation}={engine.Installation}", $"{UnitLabels.Instance}={instance}");
        var since = engine.Time.GetTimestamp();
        while ((await engine.Api.Tasks.ListAsync(new TasksListParameters { Filters = filters }, CancellationToken.None).ConfigureAwait(false)).Count > 0
            || (await engine.Api.Containers.ListContainersAsync(new ContainersListParameters { All = true, Filters = filters }, CancellationToken.None).ConfigureAwait(false)).Count > 0)
        {
            if (engine.Time.GetElapsedTime(since) > options.Value.CallTimeout)
            {
                throw new TimeoutException($"The swarm has not ended '{container.Name}' yet.");
            }

            await Task.Delay(Interval, engine.Time).ConfigureAwait(false);
        }
    }

    private async Task<IEnumerable<SwarmService>> ListServicesAsync(IDictionary<string, IDictionary<string, bool>> filters, CancellationToken cancellationToken) =>
        await engine.Api.Swarm.ListServicesAsync(new ServiceListParameters { Filters = filters }, cancellationToken).ConfigureAwait(false) ?? [];

    private static async Task IgnoreMissing(Task call)
    {
        try
        {
            await call.ConfigureAwait(false);
        }
        catch (DockerApiException exception) when (EngineErrors.IsNotFound(exception) || EngineErrors.IsConflict(exception))
        {
            // Gone already, or its removal is under way.
        }
    }
}
