using System.Text.Json.Nodes;
using TenantKit.Kubernetes.Tests.Emulator;

namespace TenantKit.Kubernetes.Tests;

/// <summary>What the parts of <c>samples/deploy</c> must agree on.</summary>
public sealed class SampleDeployTests
{
    [Fact]
    public void GatewayHosts_HaveTheHostOfTheTenantsAddresses()
    {
        var address = new Uri(Settings("base/admin.yaml", "StatefulSet")["TenantKit__GatewayUrl"]);
        var hosts = Settings("base/gateway.yaml", "Deployment").Where(static setting => setting.Key.StartsWith("TenantKit__Gateway__Hosts__", StringComparison.Ordinal)).Select(static setting => setting.Value);

        Assert.Contains(address.Host, hosts);
    }

    [Fact]
    public void Addresses_NameServicesAndTheirPorts()
    {
        var services = new[] { "base/admin.yaml", "base/gateway.yaml", "base/mysql.yaml" }.SelectMany(Samples.Read).Where(static item => item.Text("kind") == "Service")
            .SelectMany(static service => service.Items("spec", "ports").Select(port => $"{service.Text("metadata", "name")}:{port.Text("port")}")).ToList();
        var (admin, gateway) = (Settings("base/admin.yaml", "StatefulSet"), Settings("base/gateway.yaml", "Deployment"));

        Assert.Contains(Of(admin["TenantKit__GatewayUrl"], 0), services);
        Assert.Contains(Of(admin["TenantKit__RegistrationUrl"], 0), services);
        Assert.Contains(Of(gateway["TenantKit__Gateway__ControlPlane__Addresses__0"], 1), services);
        Assert.Contains(Of(gateway["TenantKit__Gateway__ControlPlane__Addresses__1"], 1), services);

        static string Of(string address, int label) => $"{new Uri(address).Host.Split('.')[label]}:{new Uri(address).Port}";
    }

    private static Dictionary<string, string> Settings(string file, string kind) =>
        Samples.Read(file).Single(item => item.Text("kind") == kind).Items("spec", "template", "spec", "containers").Single().Items("env")
            .ToDictionary(static variable => variable.Text("name"), static variable => variable.Text("value"), StringComparer.Ordinal);
}
