using Docker.DotNet.Models;
using TenantKit.Orchestration;
using TenantKit.Tenants;

namespace TenantKit.Docker.Swarm;

/// <summary>
/// The bridge <c>docker_gwbridge</c>, which joins all tasks of a node to its machine, and so to each other: it has to be closed before tenants
/// may be on it. Pure functions.
/// </summary>
internal static class SwarmBridge
{
    public const string Name = "docker_gwbridge";

    private const string BetweenTasks = "com.docker.network.bridge.enable_icc";
    private const string Outwards = "com.docker.network.bridge.enable_ip_masquerade";
    private const string PortsAt = "com.docker.network.bridge.host_binding_ipv4";

    /// <summary>What is open of a bridge and must not be.</summary>
    public static IReadOnlyList<string> Open(IDictionary<string, string>? bridge, DockerOptions options)
    {
        List<string> open = [];
        Need(BetweenTasks, "false");
        if (!options.AllowEgress)
        {
            Need(Outwards, "false");
        }

        if (options.Reach == DockerReach.Published)
        {
            Need(PortsAt, "127.0.0.1");
        }

        return open;

        void Need(string option, string value)
        {
            if (bridge is null || !bridge.TryGetValue(option, out var found) || found != value)
            {
                open.Add($"{option}={value}");
            }
        }
    }

    public static OrchestratorException Refuse(IReadOnlyList<string> open) => new(
        StatusReasons.Rejected,
        $"The network {Name} of the swarm is open: tenants could reach each other, or more than they should, through it ({string.Join(", ", open)} is missing). " +
        $"It cannot be changed while the node is part of a swarm: run 'docker swarm leave --force', 'docker network rm {Name}', 'docker network create " +
        $"--opt com.docker.network.bridge.name={Name} --opt {BetweenTasks}=false --opt {Outwards}=false --opt {PortsAt}=127.0.0.1 {Name}', then join or initialise the swarm again.",
        isTransient: false);

    /// <summary>The address that the node's machine has on it.</summary>
    public static string? Host(NetworkResponse bridge) => bridge.IPAM?.Config?.FirstOrDefault()?.Gateway?.Split('/')[0];
}
