using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.Extensions.Options;
using TenantKit.Orchestration;
using TenantKit.Tenants;

namespace TenantKit.Docker.Engine;

/// <summary>Each awake unit's own bridge. A unit asleep has none.</summary>
internal sealed class UnitNetworks(EngineClient engine, IOptions<DockerOptions> options)
{
    private const int MostTries = 64;
    private readonly SubnetPool pool = new(options.Value.Subnets, options.Value.SubnetPrefix);

    /// <summary>Makes it if it is missing, and attaches who has to reach the unit.</summary>
    /// <returns>The address of the engine's machine on it; null when it has none.</returns>
    public async Task<string?> EnsureAsync(UnitRef unit, CancellationToken cancellationToken)
    {
        var name = UnitNames.Network(unit.Name);
        var network = await FindAsync(unit, cancellationToken).ConfigureAwait(false);
        if (network is null)
        {
            await CreateAsync(unit, name, cancellationToken).ConfigureAwait(false);
            network = await engine.Api.Networks.InspectNetworkAsync(name, cancellationToken).ConfigureAwait(false);
        }

        foreach (var container in options.Value.Attach)
        {
            await AttachAsync(network, container, cancellationToken).ConfigureAwait(false);
        }

        return options.Value.Reach == DockerReach.Network ? null : network.IPAM.Config.FirstOrDefault()?.Gateway?.Split('/')[0];
    }

    /// <summary>Removes it with whatever is attached to it.</summary>
    public async Task RemoveAsync(UnitRef unit, CancellationToken cancellationToken)
    {
        if (await FindAsync(unit, cancellationToken).ConfigureAwait(false) is { } network)
        {
            await RemoveAsync(network, cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task RemoveAsync(NetworkResponse network, CancellationToken cancellationToken)
    {
        foreach (var endpoint in network.Containers?.Keys ?? [])
        {
            await IgnoreMissing(engine.Api.Networks.DisconnectNetworkAsync(
                network.ID, new NetworkDisconnectParameters { Container = endpoint, Force = true }, cancellationToken)).ConfigureAwait(false);
        }

        await IgnoreMissing(engine.Api.Networks.DeleteNetworkAsync(network.ID, cancellationToken)).ConfigureAwait(false);
    }

    public async Task<IList<NetworkResponse>> ListAsync(CancellationToken cancellationToken) =>
        await engine.Api.Networks.ListNetworksAsync(new NetworksListParameters { Filters = engine.Mine() }, cancellationToken).ConfigureAwait(false) ?? [];

    /// <summary>The unit's network by its exact name; a foreign one of that name is refused.</summary>
    private async Task<NetworkResponse?> FindAsync(UnitRef unit, CancellationToken cancellationToken)
    {
        var name = UnitNames.Network(unit.Name);
        try
        {
            var found = await engine.Api.Networks.InspectNetworkAsync(name, cancellationToken).ConfigureAwait(false);
            UnitMarks.Require("network", name, found.Labels, engine.Installation, unit);
            return found;
        }
        catch (DockerApiException exception) when (EngineErrors.IsNotFound(exception))
        {
            return null;
        }
    }

    private async Task CreateAsync(UnitRef unit, string name, CancellationToken cancellationToken)
    {
        foreach (var range in pool.InOrderOf(unit.Name).Take(Math.Min(MostTries, pool.Count)))
        {
            try
            {
                var made = await engine.Api.Networks.CreateNetworkAsync(
                    NetworkManifest.Of(options.Value, name, range, UnitMarks.Of(engine.Installation, unit)), cancellationToken).ConfigureAwait(false);
                if (made.Warning?.Contains("already exists", StringComparison.OrdinalIgnoreCase) == true)
                {
                    // Older engines make a second one of the same name when another caller was quicker.
                    await IgnoreMissing(engine.Api.Networks.DeleteNetworkAsync(made.ID, cancellationToken)).ConfigureAwait(false);
                }

                return;
            }
            catch (DockerApiException exception) when (EngineErrors.IsOverlap(exception))
            {
                // Somebody has that range: the next one.
            }
            catch (DockerApiException exception) when (EngineErrors.IsConflict(exception))
            {
                return; // Another caller made it meanwhile.
            }
        }

        throw new OrchestratorException(
            StatusReasons.CapacityExhausted,
            $"No free network was found for '{unit.Name}' in {options.Value.Subnets} after {MostTries} tries. Widen {DockerOptions.SectionName}:{nameof(DockerOptions.Subnets)}, or choose a range that nothing else on the engine's machine uses.",
            isTransient: true);
    }

    private async Task AttachAsync(NetworkResponse network, string container, CancellationToken cancellationToken)
    {
        if (network.Containers?.Any(endpoint => endpoint.Key.StartsWith(container, StringComparison.Ordinal) || endpoint.Value.Name == container) == true)
        {
            return;
        }

        try
        {
            await engine.Api.Networks.ConnectNetworkAsync(network.ID, new NetworkConnectParameters { Container = container }, cancellationToken).ConfigureAwait(false);
        }
        catch (DockerApiException exception) when (exception.ResponseBody?.Contains("already exists in network", StringComparison.OrdinalIgnoreCase) == true)
        {
            // It is attached already.
        }
    }

    private static async Task IgnoreMissing(Task call)
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
