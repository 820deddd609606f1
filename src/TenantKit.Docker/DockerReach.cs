namespace TenantKit.Docker;

/// <summary>How the control plane and the gateways reach a tenant's containers, and the containers the gateway.</summary>
public enum DockerReach
{
    /// <summary>
    /// At the container's own address on its private bridge: for hosts that run on the engine's machine (Linux). Nothing is published, and the
    /// network has no way out.
    /// </summary>
    Address,

    /// <summary>
    /// At the container's own address, from containers that are attached to each private network (<see cref="DockerOptions.Attach"/>): for hosts
    /// that run in the engine themselves. The engine's machine has no address on the network, so that not even it can be reached from inside.
    /// </summary>
    Network,

    /// <summary>
    /// At a port that is published on 127.0.0.1 of the engine's machine: where container addresses cannot be reached, as with Docker Desktop.
    /// Instances cannot register then; probes alone tell that they are ready.
    /// </summary>
    Published,
}
