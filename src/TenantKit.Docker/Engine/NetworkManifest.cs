using System.Net;
using Docker.DotNet.Models;

namespace TenantKit.Docker.Engine;

/// <summary>What a unit's network is made as.</summary>
internal static class NetworkManifest
{
    public static NetworksCreateParameters Of(DockerOptions options, string name, IPNetwork range, Dictionary<string, string> labels) => new()
    {
        Name = name,
        Driver = "bridge",
        // Published ports need a network with a way out; its packets then leave with an address that nothing answers to.
        Internal = !options.AllowEgress && options.Reach != DockerReach.Published,
        EnableIPv6 = false,
        Labels = labels,
        Options = Options(options),
        IPAM = new IPAM { Driver = "default", Config = [new IPAMConfig { Subnet = range.ToString(), Gateway = SubnetPool.Gateway(range).ToString() }] },
    };

    private static Dictionary<string, string> Options(DockerOptions options) => options switch
    {
        { AllowEgress: true } => [],
        { Reach: DockerReach.Network } => new() { ["com.docker.network.bridge.inhibit_ipv4"] = "true" },
        { Reach: DockerReach.Published } => new() { ["com.docker.network.bridge.enable_ip_masquerade"] = "false" },
        _ => [],
    };
}
