using TenantKit.Docker.Databases;
using TenantKit.Docker.Engine;
using TenantKit.Orchestration;
using TenantKit.Templates;
using TenantKit.Tenants;

namespace TenantKit.Docker.Tests.Engine;

public sealed class ContainerManifestsTests
{
    private static readonly UnitSpec Spec = new()
    {
        Unit = new UnitRef("01t", "user-01t"),
        TenantName = "acme",
        Generation = 4,
        RestartEpoch = 3,
        Replicas = 1,
        Image = "business-app:1",
        Port = 8081,
        Environment = new Dictionary<string, string> { ["COLOUR"] = "blue", ["DB_NAME"] = "user_7_db", ["TENANTKIT_REGISTRATION_URL"] = "http://127.0.0.1:5082" },
        Resources = new ResourceLimits(1500, 2L << 30, 10L << 30),
        Database = DatabaseMode.Dedicated,
        FencingToken = 9,
    };

    private static readonly InstancePlan Plan = new("install", "01op", "01instance", 2, new ResolvedImage("sha256:abc", "sha256:def", "10001:10001"), "10.213.0.1", true);

    [Fact]
    public void App_Always_IsHardened()
    {
        var manifest = ContainerManifests.App(new DockerOptions(), Spec, Plan);
        var host = manifest.HostConfig!;

        Assert.Equal("user-01t-2", manifest.Name);
        Assert.Equal("10001:10001", manifest.User);
        Assert.Equal(["ALL"], host.CapDrop);
        Assert.Null(host.CapAdd);
        Assert.Equal(["no-new-privileges:true"], host.SecurityOpt);
        Assert.True(host.ReadonlyRootfs);
        Assert.False(host.Privileged);
        Assert.Equal("rw,noexec,nosuid,nodev,size=67108864", host.Tmpfs!["/tmp"]);
        Assert.Equal((2L << 30, 2L << 30, 1_500_000_000, 256), (host.Memory, host.MemorySwap, host.NanoCPUs, host.PidsLimit));
        Assert.Equal(("private", "user-01t"), (host.IpcMode, host.NetworkMode));
        Assert.Null(host.PortBindings);
        Assert.Null(host.Binds);
        var mount = Assert.Single(host.Mounts!);
        Assert.Equal(("volume", "user-01t-data", "/var/lib/tenantkit"), (mount.Type, mount.Source, mount.Target));
        Assert.Equal("no", host.RestartPolicy.Name.ToString().ToLowerInvariant());
    }

    [Fact]
    public void App_Always_CarriesWhoseItIs()
    {
        var labels = ContainerManifests.App(new DockerOptions(), Spec, Plan).Labels;

        Assert.Equal("install", labels[UnitLabels.Installation]);
        Assert.Equal(("01t", "user-01t", "acme"), (labels[UnitLabels.Tenant], labels[UnitLabels.Unit], labels[UnitLabels.TenantName]));
        Assert.Equal(("3", "4", "9"), (labels[UnitLabels.Epoch], labels[UnitLabels.Generation], labels[UnitLabels.Token]));
        Assert.Equal(("01op", "01instance", "app"), (labels[UnitLabels.Operation], labels[UnitLabels.Instance], labels[UnitLabels.Role]));
    }

    [Fact]
    public void App_Environment_SaysWhereThingsAreAndHoldsNoSecret()
    {
        var variables = ContainerManifests.App(new DockerOptions { Environment = { ["COLOUR"] = "red", ["SIZE"] = "L" } }, Spec, Plan).Env;

        Assert.Equal(
            [
                "ASPNETCORE_URLS=http://0.0.0.0:8081", "COLOUR=blue", "DB_HOST=database", "DB_NAME=user_7_db", "DB_PASSWORD_FILE=/var/lib/tenantkit/run/database-password",
                "DB_PORT=3306", "DB_USER=app", "HOME=/tmp", "PORT=8081", "SIZE=L", "TENANTKIT_DATA_DIR=/var/lib/tenantkit/data", "TENANTKIT_INSTANCE_ID=01instance",
                "TENANTKIT_KEY_FILE=/var/lib/tenantkit/run/2.key", "TENANTKIT_REGISTRATION_URL=http://10.213.0.1:5082", "TENANTKIT_TENANT_ID=01t", "TENANTKIT_TENANT_NAME=acme",
            ],
            variables);
    }

    [Theory]
    [InlineData("http://localhost:5082", "http://10.213.0.1:5082")]
    [InlineData("http://0.0.0.0:5082/", "http://10.213.0.1:5082")]
    [InlineData("http://[::]:5082", "http://10.213.0.1:5082")]
    [InlineData("http://gateway:5082", "http://gateway:5082")]
    public void App_RegistrationUrl_IsOneThatWorksFromInside(string configured, string seen)
    {
        var spec = Spec with { Environment = new Dictionary<string, string> { ["TENANTKIT_REGISTRATION_URL"] = configured } };

        Assert.Contains("TENANTKIT_REGISTRATION_URL=" + seen, ContainerManifests.App(new DockerOptions(), spec, Plan).Env);
    }

    [Fact]
    public void App_Published_HasAPortOnLoopbackAlone()
    {
        var manifest = ContainerManifests.App(new DockerOptions { Reach = DockerReach.Published }, Spec, Plan);

        Assert.Equal("127.0.0.1", Assert.Single(manifest.HostConfig!.PortBindings["8081/tcp"]).HostIP);
    }

    [Fact]
    public void Database_Always_IsAsHardAndHasVolumeAndSizeOfItsOwn()
    {
        var manifest = DatabaseManifest.Of(new DockerOptions(), Spec, Plan);
        var host = manifest.HostConfig!;

        Assert.Equal(("user-01t-db", "999:999"), (manifest.Name, manifest.User));
        Assert.Equal(["ALL"], host.CapDrop);
        Assert.True(host.ReadonlyRootfs);
        Assert.Equal(512L << 20, host.Memory);
        Assert.Equal("user-01t-db", Assert.Single(host.Mounts!).Source);
        Assert.Contains("MARIADB_DATABASE=user_7_db", manifest.Env);
        Assert.Equal(["database"], manifest.NetworkingConfig!.EndpointsConfig["user-01t"].Aliases);
    }

    [Theory]
    [InlineData(DockerReach.Address, false, true, "")]
    [InlineData(DockerReach.Network, false, true, "com.docker.network.bridge.inhibit_ipv4")]
    [InlineData(DockerReach.Published, false, false, "com.docker.network.bridge.enable_ip_masquerade")]
    [InlineData(DockerReach.Address, true, false, "")]
    public void Network_OfReach_HasAWayOutOnlyWhenAsked(DockerReach reach, bool egress, bool isInternal, string option)
    {
        var manifest = NetworkManifest.Of(new DockerOptions { Reach = reach, AllowEgress = egress }, "user-01t", System.Net.IPNetwork.Parse("10.213.0.32/27"), []);

        Assert.Equal(isInternal, manifest.Internal);
        Assert.Equal(option, string.Join(',', manifest.Options.Keys));
        Assert.Equal(("10.213.0.32/27", "10.213.0.33"), (manifest.IPAM!.Config[0].Subnet, manifest.IPAM.Config[0].Gateway));
    }

    [Fact]
    public void Instance_LongestUnitName_FitsTheEngine() =>
        Assert.All((string[])[UnitNames.Volume(new string('u', 300)), UnitNames.Instance(new string('u', 300), 100), UnitNames.Network(new string('u', 300))], static name => Assert.InRange(name.Length, 1, 255));

    [Fact]
    public void Settings_OfOtherSize_AreTheSame() =>
        Assert.Equal(SettingsLabel.Of(Spec), SettingsLabel.Of(Spec with { Resources = Spec.Resources with { CpuMillicores = 1, MemoryBytes = 1 } }));
}
