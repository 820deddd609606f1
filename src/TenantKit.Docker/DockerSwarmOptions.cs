namespace TenantKit.Docker;

/// <summary>Settings of <c>UseDockerSwarm()</c>.</summary>
public sealed class DockerSwarmOptions
{
    /// <summary>Where tenants may run: placement constraints as the swarm takes them, such as <c>node.labels.tenants==true</c>.</summary>
    /// <remarks>
    /// Tenants stay on the node that the host talks to, unless they are reached over the network (<see cref="DockerReach.Network"/>) and their
    /// volumes follow them: another <see cref="DockerOptions.VolumeDriver"/> than <c>local</c>, or <see cref="DockerOptions.VolumeOptions"/> that
    /// name a shared place. A local volume stays where it was made.
    /// </remarks>
    /// <value>The default is empty.</value>
    public IList<string> Constraints { get; } = [];
}
