using System.Collections.Concurrent;
using System.Net;
using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.Extensions.Options;
using TenantKit.Docker.Engine;
using TenantKit.Orchestration;
using TenantKit.Tenants;

namespace TenantKit.Docker.Swarm;

/// <summary>The node of the swarm that this host talks to: a manager, whose bridge to its machine is closed.</summary>
internal sealed class SwarmNode(EngineClient engine, IOptions<DockerOptions> options)
{
    private const int MostRemembered = 10_000;
    private readonly ConcurrentDictionary<string, IPAddress> addresses = new(StringComparer.Ordinal);
    private string? id;
    private string? host;
    private bool isClosed;

    /// <summary>True when tenants may run on other nodes than this one: they are reached over the network, and their volumes follow them.</summary>
    public bool IsOneOfMany =>
        options.Value.Reach == DockerReach.Network && (options.Value.VolumeDriver != "local" || options.Value.VolumeOptions.Count > 0);

    /// <summary>The id of the node.</summary>
    /// <exception cref="OrchestratorException">The engine is no manager of a swarm.</exception>
    public async ValueTask<string> RequireManagerAsync(CancellationToken cancellationToken)
    {
        if (id is null)
        {
            var info = (await engine.Api.System.GetSystemInfoAsync(cancellationToken).ConfigureAwait(false)).Swarm;
            id = info is { LocalNodeState: "active", ControlAvailable: true, NodeID.Length: > 0 }
                ? info.NodeID
                : throw new OrchestratorException(
                    StatusReasons.Rejected,
                    "The engine is no manager of a swarm. Run 'docker swarm init' there, let TenantKit:Docker:Endpoint name a manager, or use UseDocker() instead of UseDockerSwarm().",
                    isTransient: false);
        }

        return id;
    }

    /// <summary>Checks the bridge once, before the first tenant is on it.</summary>
    /// <returns>The address of the node's machine on it; null when tenants are not on it.</returns>
    /// <exception cref="OrchestratorException">The bridge is open.</exception>
    public async ValueTask<string?> RequireBridgeAsync(CancellationToken cancellationToken)
    {
        if (!isClosed && IsUsed)
        {
            NetworkResponse bridge;
            try
            {
                bridge = await InspectAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (DockerApiException exception) when (EngineErrors.IsNotFound(exception))
            {
                throw SwarmBridge.Refuse(SwarmBridge.Open(null, options.Value)); // the swarm would make an open one
            }

            if (SwarmBridge.Open(bridge.Options, options.Value) is { Count: > 0 } open)
            {
                throw SwarmBridge.Refuse(open);
            }

            host = SwarmBridge.Host(bridge);
            isClosed = true;
        }

        return host;
    }

    /// <summary>The addresses of containers of this node on the bridge, which they keep as long as they run.</summary>
    public async Task<IReadOnlyDictionary<string, IPAddress>> FindAddressesAsync(IReadOnlyCollection<string> containers, CancellationToken cancellationToken)
    {
        if (options.Value.Reach == DockerReach.Address && !containers.All(addresses.ContainsKey))
        {
            if (addresses.Count > MostRemembered)
            {
                addresses.Clear();
            }

            var bridge = await InspectAsync(cancellationToken).ConfigureAwait(false);
            foreach (var (container, endpoint) in bridge.Containers ?? new Dictionary<string, EndpointResource>())
            {
                if (IPAddress.TryParse(endpoint.IPv4Address?.Split('/')[0], out var address))
                {
                    addresses[container] = address;
                }
            }
        }

        return addresses;
    }

    /// <summary>With the network alone in use, tenants are on no bridge at all.</summary>
    private bool IsUsed => options.Value.Reach != DockerReach.Network || options.Value.AllowEgress;

    private Task<NetworkResponse> InspectAsync(CancellationToken cancellationToken) =>
        engine.Api.Networks.InspectNetworkAsync(SwarmBridge.Name, cancellationToken);
}
