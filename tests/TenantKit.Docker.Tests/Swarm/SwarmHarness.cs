using System.Net;
using Docker.DotNet.Models;
using Microsoft.Extensions.DependencyInjection;
using TenantKit.Docker.Swarm;

namespace TenantKit.Docker.Tests.Swarm;

/// <summary>The same on a swarm of one node.</summary>
public sealed class SwarmHarness : DockerHarness
{
    public override int StartMilliseconds => 2500;

    /// <summary>Services and secrets.</summary>
    public override async Task<int> CountOthersAsync()
    {
        var services = await Engine.Api.Swarm.ListServicesAsync(new ServiceListParameters { Filters = Engine.Mine() });
        return services.Count + (await Services.GetRequiredService<SwarmSecrets>().ListAsync(CancellationToken.None)).Count;
    }

    /// <summary>
    /// From inside, an instance of the same unit is reached over the unit's network; of another unit nothing is, neither there nor at the address
    /// that the gateway uses. So all of the instance's addresses are tried.
    /// </summary>
    public override IReadOnlyList<string> ConnectCommand(string endpoint)
    {
        var (port, addresses) = FindAddresses(IPEndPoint.Parse(endpoint));
        var tries = addresses.Select(address => $"(printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w 2 {address} {port} | grep -q hello)");
        return Shell(string.Join(" || ", tries));
    }

    protected override void Use(ITenantKitBuilder builder) => builder.UseDockerSwarm(Apply);

    /// <summary>Every address that the container behind an endpoint has.</summary>
    private static (int Port, List<string> Addresses) FindAddresses(IPEndPoint endpoint)
    {
        using var api = TestEngine.Connect();
        var bridge = api.Networks.InspectNetworkAsync(SwarmBridge.Name).GetAwaiter().GetResult();
        var id = bridge.Containers!.Single(entry => entry.Value.IPv4Address!.StartsWith(endpoint.Address + "/", StringComparison.Ordinal)).Key;
        var container = api.Containers.InspectContainerAsync(id).GetAwaiter().GetResult();
        return (endpoint.Port, [endpoint.Address.ToString(), .. container.NetworkSettings!.Networks!.Values.Select(static network => network.IPAddress).OfType<string>()]);
    }
}
