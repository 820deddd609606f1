using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.Extensions.Options;
using TenantKit.Docker.Databases;
using TenantKit.Orchestration;
using TenantKit.Templates;

namespace TenantKit.Docker.Engine;

/// <summary>Units of plain containers of one engine.</summary>
internal sealed class EngineParts(
    EngineClient engine, IOptions<DockerOptions> options, UnitNetworks networks, NetworkSweep sweep, UnitVolumes volumes, InstanceStarter starter,
    DatabaseContainer database, DatabaseGate gate) : IUnitParts
{
    private const int LooksAtOnce = 32;

    public string Name => "docker";

    public OrchestratorCapabilities Capabilities { get; } = new()
    {
        Replicas = true,
        ResizeInPlace = true,
        Volumes = true,
        NetworkIsolation = true,
        EnforcesLimits = true,
        ImageDigests = true,
        Fencing = true,
        Commands = true,
        DedicatedDatabase = true,
    };

    public string Settings(UnitSpec spec) => SettingsLabel.Of(spec);

    public string InstanceName(string unit, int slot) => UnitNames.Instance(unit, slot);

    public async Task<List<Container>> FindAsync(UnitRef unit, CancellationToken cancellationToken)
    {
        var listed = await engine.Api.Containers.ListContainersAsync(
            new ContainersListParameters { All = true, Filters = engine.Mine(unit.Name) }, cancellationToken).ConfigureAwait(false);
        var found = await Task.WhenAll(listed
            .Where(container => UnitMarks.IsOf(container.Labels, engine.Installation, unit))
            .Select(container => InspectAsync(container.ID, cancellationToken))).ConfigureAwait(false);
        return UnitObserver.Order(found);
    }

    public async Task<IReadOnlyList<Container>> ListAsync(CancellationToken cancellationToken)
    {
        var listed = await engine.Api.Containers.ListContainersAsync(
            new ContainersListParameters { All = true, Filters = engine.Mine() }, cancellationToken).ConfigureAwait(false);
        var found = new List<Container>();
        foreach (var some in listed.Chunk(LooksAtOnce))
        {
            found.AddRange((await Task.WhenAll(some.Select(container => InspectAsync(container.ID, cancellationToken))).ConfigureAwait(false)).OfType<Container>());
        }

        return found;
    }

    public async Task<UnitSurroundings> SurroundAsync(
        UnitSpec spec, ResolvedImage image, IReadOnlyList<Container> found, string operation, CancellationToken cancellationToken)
    {
        var volume = volumes.EnsureAsync(spec, UnitNames.Volume(spec.Unit.Name), cancellationToken);
        var beginning = networks.BeginAsync(spec.Unit, cancellationToken);
        await Task.WhenAll(volume, beginning).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var network = await beginning.ConfigureAwait(false);
        try
        {
            await volume.ConfigureAwait(false);
            var hasInit = await engine.HasInitAsync(cancellationToken).ConfigureAwait(false);
            if (spec.Database != DatabaseMode.Dedicated)
            {
                return new UnitSurroundings(network, hasInit, DatabaseId: null);
            }

            await network.Host.ConfigureAwait(false);
            return new UnitSurroundings(network, hasInit, await database.EnsureAsync(spec, found, operation, cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            await ((Task)network.Host).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    public async Task StartAsync(UnitSpec spec, InstancePlan plan, UnitSurroundings surroundings, CancellationToken cancellationToken)
    {
        var container = await CreateAsync(spec, plan, surroundings.Network, cancellationToken).ConfigureAwait(false);
        if (surroundings.DatabaseId is { } databaseId)
        {
            gate.StartBehind(spec.Unit, databaseId, container);
        }
        else
        {
            await starter.StartAsync(container, cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task ResizeAsync(UnitSpec spec, IEnumerable<Container> apps, CancellationToken cancellationToken)
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

    public Task StopAsync(Container container, TimeSpan gracePeriod) => engine.StopAsync(container.Id, container.IsPaused, gracePeriod);

    public Task RemoveAsync(Container container) => engine.Api.Containers.RemoveContainerAsync(
        container.Id, new ContainerRemoveParameters { Force = true, RemoveVolumes = false }, CancellationToken.None);

    public Task RemoveSurroundingsAsync(UnitRef unit, CancellationToken cancellationToken) => networks.RemoveAsync(unit, cancellationToken);

    public Task SweepAsync(IReadOnlySet<string> inUse, CancellationToken cancellationToken) =>
        sweep.RemoveEmptyAsync(inUse, async unit => (await FindAsync(unit, cancellationToken).ConfigureAwait(false)).Count == 0, cancellationToken);

    /// <summary>
    /// Made while its network is made, which an engine looks for by its name only at the start; both take as long. Somebody may have the range that
    /// was thought of: then it is made anew, with the address that it has to know.
    /// </summary>
    private async Task<string> CreateAsync(UnitSpec spec, InstancePlan plan, UnitNetwork network, CancellationToken cancellationToken)
    {
        string container;
        try
        {
            container = await starter.CreateAsync(spec, plan, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await ((Task)network.Host).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        string? host;
        try
        {
            host = await network.Host.ConfigureAwait(false);
        }
        catch
        {
            await starter.AbandonAsync(container).ConfigureAwait(false);
            throw;
        }

        if (host == plan.HostAddress)
        {
            return container;
        }

        await starter.AbandonAsync(container).ConfigureAwait(false);
        return await starter.CreateAsync(spec, plan with { HostAddress = host }, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Container?> InspectAsync(string id, CancellationToken cancellationToken) =>
        await engine.InspectAsync(id, cancellationToken).ConfigureAwait(false) is { } found ? ContainerReader.Read(found, options.Value.Reach) : null;
}
