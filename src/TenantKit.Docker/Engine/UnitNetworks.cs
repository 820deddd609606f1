using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.Extensions.Options;
using TenantKit.Orchestration;
using TenantKit.Tenants;

namespace TenantKit.Docker.Engine;

/// <summary>Each awake unit's own network: a bridge, or what a kind of engine makes instead. A unit asleep has none.</summary>
internal class UnitNetworks(EngineClient engine, IOptions<DockerOptions> options)
{
    private const int MostTries = 64;
    private readonly SubnetPool pool = new(options.Value.Subnets, options.Value.SubnetPrefix);

    /// <summary>Makes it if it is missing, and attaches who has to reach the unit.</summary>
    /// <returns>The address of the engine's machine on it; null when it has none.</returns>
    public async Task<string?> EnsureAsync(UnitRef unit, CancellationToken cancellationToken) =>
        await (await BeginAsync(unit, cancellationToken).ConfigureAwait(false)).Host.ConfigureAwait(false);

    /// <summary>Looks for it, and begins to make it if it is missing: what its containers are made of can be made meanwhile.</summary>
    /// <returns>It, whose making the caller has to wait for.</returns>
    public async Task<UnitNetwork> BeginAsync(UnitRef unit, CancellationToken cancellationToken)
    {
        var found = await KeepOneAsync(await FindAsync(unit, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return found is null
            ? new UnitNetwork(FindLikelyHost(unit), MakeAsync())
            : UnitNetwork.Made(await CompleteAsync(found, cancellationToken).ConfigureAwait(false));

        async Task<string?> MakeAsync() => await CompleteAsync(await CreateAsync(unit, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Where the engine's machine is going to be on a network that is being made, unless somebody has that range.</summary>
    private string? FindLikelyHost(UnitRef unit) =>
        options.Value.Reach == DockerReach.Network ? null : SubnetPool.Gateway(pool.InOrderOf(unit.Name).First()).ToString();

    private async Task<string?> CompleteAsync(NetworkResponse network, CancellationToken cancellationToken)
    {
        if (options.Value.Attach.Count > 0)
        {
            await AttachAsync(network, cancellationToken).ConfigureAwait(false);
        }

        return options.Value.Reach == DockerReach.Network ? null : await FindHostAsync(network, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The address at which what is attached to a network finds the engine's machine.</summary>
    protected virtual ValueTask<string?> FindHostAsync(NetworkResponse network, CancellationToken cancellationToken) =>
        ValueTask.FromResult(network.IPAM.Config.FirstOrDefault()?.Gateway?.Split('/')[0]);

    /// <summary>Removes it with whatever is attached to it.</summary>
    public async Task RemoveAsync(UnitRef unit, CancellationToken cancellationToken)
    {
        foreach (var network in await FindAsync(unit, cancellationToken).ConfigureAwait(false))
        {
            await RemoveAsync(network, cancellationToken).ConfigureAwait(false);
        }
    }

    public virtual async Task RemoveAsync(NetworkResponse network, CancellationToken cancellationToken)
    {
        if (await TryDeleteAsync(network.ID, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        var found = await engine.Api.Networks.InspectNetworkAsync(network.ID, cancellationToken).ConfigureAwait(false);
        foreach (var endpoint in found.Containers?.Keys ?? [])
        {
            await IgnoreMissing(engine.Api.Networks.DisconnectNetworkAsync(
                network.ID, new NetworkDisconnectParameters { Container = endpoint, Force = true }, cancellationToken)).ConfigureAwait(false);
        }

        await IgnoreMissing(engine.Api.Networks.DeleteNetworkAsync(network.ID, cancellationToken)).ConfigureAwait(false);
    }

    public async Task<IList<NetworkResponse>> ListAsync(CancellationToken cancellationToken) =>
        await engine.Api.Networks.ListNetworksAsync(new NetworksListParameters { Filters = engine.Mine() }, cancellationToken).ConfigureAwait(false) ?? [];

    private async Task<IReadOnlyList<NetworkResponse>> FindAsync(UnitRef unit, CancellationToken cancellationToken)
    {
        var listed = await engine.Api.Networks.ListNetworksAsync(new NetworksListParameters { Filters = engine.Mine(unit.Name) }, cancellationToken).ConfigureAwait(false);
        return [.. (listed ?? []).Where(network => UnitMarks.IsOf(network.Labels, engine.Installation, unit))];
    }

    /// <summary>Older engines make two of one name when two calls meet, or one is cut off: those that nothing is attached to go, until one is left.</summary>
    private async Task<NetworkResponse?> KeepOneAsync(IReadOnlyList<NetworkResponse> found, CancellationToken cancellationToken)
    {
        var left = found.ToList();
        foreach (var network in found)
        {
            if (left.Count > 1 && await TryDeleteAsync(network.ID, cancellationToken).ConfigureAwait(false))
            {
                left.Remove(network);
            }
        }

        return left.FirstOrDefault();
    }

    protected virtual async Task<NetworkResponse> CreateAsync(UnitRef unit, CancellationToken cancellationToken)
    {
        var name = UnitNames.Network(unit.Name);
        foreach (var range in pool.InOrderOf(unit.Name).Take(Math.Min(MostTries, pool.Count)))
        {
            try
            {
                var manifest = NetworkManifest.Of(options.Value, name, range, UnitMarks.Of(engine.Installation, unit));
                // Waited for even when the caller gives up: one that is made after nobody looks any more would be a second one of that name.
                var made = await engine.Api.Networks.CreateNetworkAsync(manifest, CancellationToken.None).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                return made.Warning?.Contains("already exists", StringComparison.OrdinalIgnoreCase) == true
                    ? await ShareAsync(unit, name, made.ID, cancellationToken).ConfigureAwait(false)
                    : new NetworkResponse { ID = made.ID, Name = name, IPAM = manifest.IPAM! };
            }
            catch (DockerApiException exception) when (EngineErrors.IsOverlap(exception))
            {
                // Somebody has that range: the next one.
            }
            catch (DockerApiException exception) when (EngineErrors.IsConflict(exception))
            {
                return await ShareAsync(unit, name, own: null, cancellationToken).ConfigureAwait(false);
            }
        }

        throw new OrchestratorException(
            StatusReasons.CapacityExhausted,
            $"No free network was found for '{unit.Name}' in {options.Value.Subnets} after {MostTries} tries. Widen {DockerOptions.SectionName}:{nameof(DockerOptions.Subnets)}, or choose a range that nothing else on the engine's machine uses.",
            isTransient: true);
    }

    /// <summary>There is a network of that name: another caller's, who was quicker, or somebody else's.</summary>
    protected async Task<NetworkResponse> ShareAsync(UnitRef unit, string name, string? own, CancellationToken cancellationToken)
    {
        if (own is not null)
        {
            await IgnoreMissing(engine.Api.Networks.DeleteNetworkAsync(own, CancellationToken.None)).ConfigureAwait(false);
        }

        if ((await FindAsync(unit, cancellationToken).ConfigureAwait(false)).FirstOrDefault() is { } theirs)
        {
            return theirs;
        }

        UnitMarks.Require("network", name, labels: null, engine.Installation, unit);
        throw new InvalidOperationException("A network without labels is never the unit's.");
    }

    private async Task AttachAsync(NetworkResponse network, CancellationToken cancellationToken)
    {
        var attached = (await engine.Api.Networks.InspectNetworkAsync(network.ID, cancellationToken).ConfigureAwait(false)).Containers ?? new Dictionary<string, EndpointResource>();
        foreach (var container in options.Value.Attach.Where(container => !attached.Any(endpoint => endpoint.Key.StartsWith(container, StringComparison.Ordinal) || endpoint.Value.Name == container)))
        {
            try
            {
                await engine.Api.Networks.ConnectNetworkAsync(network.ID, new NetworkConnectParameters { Container = container }, cancellationToken).ConfigureAwait(false);
            }
            catch (DockerApiException exception) when (exception.ResponseBody?.Contains("already exists in network", StringComparison.OrdinalIgnoreCase) == true)
            {
                // Attached meanwhile.
            }
        }
    }

    /// <returns>False when something is attached to it.</returns>
    protected virtual async Task<bool> TryDeleteAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await IgnoreMissing(engine.Api.Networks.DeleteNetworkAsync(id, cancellationToken)).ConfigureAwait(false);
            return true;
        }
        catch (DockerApiException exception) when (exception.ResponseBody?.Contains("active endpoints", StringComparison.OrdinalIgnoreCase) == true)
        {
            return false;
        }
    }

    protected static async Task IgnoreMissing(Task call)
    {
        try
        {
            await call.ConfigureAwait(false);
        }
        catch (DockerApiException exception) when (EngineErrors.IsNotFound(exception) || exception.ResponseBody?.Contains("is not connected", StringComparison.OrdinalIgnoreCase) == true)
        {
            // Gone already.
        }
    }
}
