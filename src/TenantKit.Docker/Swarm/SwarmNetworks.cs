using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.Extensions.Options;
using TenantKit.Docker.Engine;
using TenantKit.Orchestration;

namespace TenantKit.Docker.Swarm;

/// <summary>Each awake unit's own overlay network. The swarm gives it its range.</summary>
internal sealed class SwarmNetworks(EngineClient engine, IOptions<DockerOptions> options, SwarmNode node) : UnitNetworks(engine, options)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);
    private readonly EngineClient engine = engine;
    private readonly IOptions<DockerOptions> options = options;

    /// <summary>Removes it once the swarm has taken the last task off it, and waits until this node has forgotten it as well.</summary>
    public override async Task RemoveAsync(NetworkResponse network, CancellationToken cancellationToken)
    {
        var since = engine.Time.GetTimestamp();
        while (!await TryDeleteAsync(network.ID, cancellationToken).ConfigureAwait(false) || await IsKnownAsync(network.ID, cancellationToken).ConfigureAwait(false))
        {
            await DetachAsync(network.ID, cancellationToken).ConfigureAwait(false);
            if (engine.Time.GetElapsedTime(since) > options.Value.CallTimeout)
            {
                throw new TimeoutException($"The swarm has not taken everything off the network '{network.Name}' yet.");
            }

            await Task.Delay(Interval, engine.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Tasks find the machine of their node on its bridge, not on the overlay network.</summary>
    protected override ValueTask<string?> FindHostAsync(NetworkResponse network, CancellationToken cancellationToken) => node.RequireBridgeAsync(cancellationToken);

    protected override async Task<NetworkResponse> CreateAsync(UnitRef unit, CancellationToken cancellationToken)
    {
        var name = UnitNames.Network(unit.Name);
        var manifest = ServiceManifests.Network(options.Value, name, UnitMarks.Of(engine.Installation, unit));
        try
        {
            // Waited for even when the caller gives up, so that the next one finds it.
            var made = await engine.Api.Networks.CreateNetworkAsync(manifest, CancellationToken.None).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return new NetworkResponse { ID = made.ID, Name = name };
        }
        catch (DockerApiException exception) when (EngineErrors.IsConflict(exception) || exception.ResponseBody?.Contains("already exists", StringComparison.OrdinalIgnoreCase) == true)
        {
            return await ShareAsync(unit, name, own: null, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <returns>False while a task is on it.</returns>
    protected override async Task<bool> TryDeleteAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await IgnoreMissing(engine.Api.Networks.DeleteNetworkAsync(id, cancellationToken)).ConfigureAwait(false);
            return true;
        }
        catch (DockerApiException exception) when (exception.ResponseBody is { } body
            && (body.Contains("in use by", StringComparison.OrdinalIgnoreCase) || body.Contains("active endpoints", StringComparison.OrdinalIgnoreCase)))
        {
            return false;
        }
        catch (DockerApiException exception) when (IsGone(exception))
        {
            return true;
        }
    }

    /// <summary>The swarm has removed a network that this node still knows.</summary>
    public static bool IsGone(DockerApiException exception) =>
        exception.ResponseBody is { } body && body.Contains("network", StringComparison.OrdinalIgnoreCase) && body.Contains("not found", StringComparison.OrdinalIgnoreCase);

    private async Task<bool> IsKnownAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await engine.Api.Networks.InspectNetworkAsync(id, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (DockerApiException exception) when (EngineErrors.IsNotFound(exception))
        {
            return false;
        }
    }

    /// <summary>Takes off who was attached by hand or by <see cref="DockerOptions.Attach"/>; tasks are the swarm's.</summary>
    private async Task DetachAsync(string network, CancellationToken cancellationToken)
    {
        NetworkResponse found;
        try
        {
            found = await engine.Api.Networks.InspectNetworkAsync(network, cancellationToken).ConfigureAwait(false);
        }
        catch (DockerApiException exception) when (EngineErrors.IsNotFound(exception))
        {
            return;
        }

        var attached = found.Containers ?? new Dictionary<string, EndpointResource>();
        foreach (var container in options.Value.Attach.Select(name => attached.FirstOrDefault(endpoint => endpoint.Key.StartsWith(name, StringComparison.Ordinal) || endpoint.Value.Name == name).Key).OfType<string>())
        {
            await IgnoreMissing(engine.Api.Networks.DisconnectNetworkAsync(
                network, new NetworkDisconnectParameters { Container = container, Force = true }, cancellationToken)).ConfigureAwait(false);
        }
    }
}
