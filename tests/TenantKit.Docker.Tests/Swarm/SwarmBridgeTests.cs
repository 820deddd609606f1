using TenantKit.Docker.Swarm;
using TenantKit.Tenants;

namespace TenantKit.Docker.Tests.Swarm;

public sealed class SwarmBridgeTests
{
    private static readonly Dictionary<string, string> Closed = new()
    {
        ["com.docker.network.bridge.enable_icc"] = "false",
        ["com.docker.network.bridge.enable_ip_masquerade"] = "false",
        ["com.docker.network.bridge.host_binding_ipv4"] = "127.0.0.1",
    };

    [Theory]
    [InlineData("", DockerReach.Published, false, "")]
    [InlineData("enable_icc", DockerReach.Address, false, "com.docker.network.bridge.enable_icc=false")]
    [InlineData("enable_ip_masquerade", DockerReach.Address, false, "com.docker.network.bridge.enable_ip_masquerade=false")]
    [InlineData("enable_ip_masquerade", DockerReach.Address, true, "")]
    [InlineData("host_binding_ipv4", DockerReach.Published, false, "com.docker.network.bridge.host_binding_ipv4=127.0.0.1")]
    [InlineData("host_binding_ipv4", DockerReach.Address, false, "")]
    public void Open_BridgeWithoutOneOption_NamesItWhenItMatters(string missing, DockerReach reach, bool egress, string expected)
    {
        var bridge = Closed.Where(option => missing.Length == 0 || !option.Key.EndsWith(missing, StringComparison.Ordinal)).ToDictionary();

        Assert.Equal(expected, string.Join(", ", SwarmBridge.Open(bridge, new DockerOptions { Reach = reach, AllowEgress = egress })));
    }

    [Fact]
    public void Refuse_OpenBridge_SaysHowToCloseIt()
    {
        var error = SwarmBridge.Refuse(SwarmBridge.Open(null, new DockerOptions { Reach = DockerReach.Published }));

        Assert.Equal((StatusReasons.Rejected, false), (error.Reason, error.IsTransient));
        Assert.All((string[])["swarm leave --force", "network rm docker_gwbridge", .. Closed.Select(static option => $"--opt {option.Key}={option.Value}")],
            part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }
}
