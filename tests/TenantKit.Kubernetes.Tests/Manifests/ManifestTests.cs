using k8s.Models;
using TenantKit.Kubernetes.Manifests;
using TenantKit.Orchestration;
using TenantKit.Templates;
using TenantKit.Tenants;

namespace TenantKit.Kubernetes.Tests.Manifests;

public sealed class ManifestTests
{
    private static readonly KubernetesOptions Defaults = new();

    private static UnitSpec Spec(DatabaseMode mode = DatabaseMode.Embedded) => new()
    {
        Unit = new UnitRef("01jd8x3v7qaaaaaaaaaaaaaaaa", "user-01jd8x3v7qbbbbbbbbbbbbbbbb"),
        TenantName = "acme", Generation = 3, RestartEpoch = 2, Replicas = 1, Image = "registry.example/app@sha256:" + new string('a', 64), Database = mode,
        Environment = new Dictionary<string, string> { ["DB_NAME"] = "user_1_db", ["GREETING"] = "costs $(PRICE)" },
        Resources = ResourceLimits.Default, Probe = new ProbeSettings(), FencingToken = 9,
    };

    [Fact]
    public void Namespace_Defaults_IsAsWritten() => GoldenFile.Verify("namespace.yaml", NamespaceManifest.Of(Spec().Unit, Defaults), RecordManifest.Of(Spec().Unit, 9, new Dictionary<string, string?> { [Marks.Applied] = "0a1b", [Marks.Made] = "data", [Marks.TenantName] = "acme" }, Defaults), RecordManifest.Log(Spec().Unit, "2026-01-02T03:04:05.0000000Z 01jd9000000000000000000000 bye", Defaults));

    [Fact]
    public void Instance_Defaults_IsAsWritten() => GoldenFile.Verify("instance.yaml", PodManifest.Instance(Spec(), "01jd9000000000000000000000", Defaults));

    [Fact]
    public void Instance_AllOptions_IsAsWritten()
    {
        var options = new KubernetesOptions
        {
            VolumeAccessMode = "ReadWriteMany", StorageClass = "fast", RuntimeClass = "gvisor", PriorityClass = "tenants", CpuRequestShare = 1, StopDelay = TimeSpan.Zero, SharedNamespace = "tenants",
        };
        options.ImagePullSecrets.Add("pull");
        GoldenFile.Verify("instance-options.yaml", PodManifest.Instance(Spec() with { Probe = new ProbeSettings { Kind = ProbeKind.Tcp }, Command = ["/app", "serve"] }, "01jd9000000000000000000000", options), VolumeManifest.Claim(Spec(), options));
    }

    [Fact]
    public void Walls_Defaults_AreAsWritten() => GoldenFile.Verify("walls.yaml", [QuotaManifests.Quota(Spec(), Defaults), QuotaManifests.Limits(Spec(), Defaults), .. NetworkManifests.Of(Spec(), Defaults), VolumeManifest.Claim(Spec(), Defaults), VolumeManifest.Budget(Spec(), Defaults)]);

    [Fact]
    public void Dedicated_Defaults_IsAsWritten()
    {
        var spec = Spec(DatabaseMode.Dedicated);
        GoldenFile.Verify("dedicated.yaml", [DatabaseManifests.Address(spec, Defaults), DatabaseManifests.Server(spec, hasData: false, Defaults), .. NetworkManifests.Of(spec, Defaults), PodManifest.Instance(spec, "01jd9000000000000000000000", Defaults)]);
    }

    [Fact]
    public void Shared_Defaults_IsAsWritten()
    {
        var (spec, options) = (Spec(DatabaseMode.Shared), Server());
        var job = SharedDatabaseManifests.Job(spec.Unit, "grant", "01jd9000000000000000000000", options);
        job.Metadata.Uid = "00000000-0000-4000-8000-000000000001";
        GoldenFile.Verify("shared.yaml", [job, SharedDatabaseManifests.StatementsOf(spec.Unit, job, TenantSchema.Grant(spec.Unit, [1, 2, 3], mustExist: false, options), options), SharedDatabaseManifests.Credentials(spec, [1, 2, 3], options), .. NetworkManifests.Of(spec, options), PodManifest.Instance(spec, "01jd9000000000000000000000", options)]);
    }

    [Fact]
    public void Shared_ByTlsAlone_IsAsWritten()
    {
        var options = Server();
        (options.SharedDatabase.RequireTls, options.SharedDatabase.Network) = (true, "203.0.113.0/24");
        var spec = Spec(DatabaseMode.Shared);
        GoldenFile.Verify("shared-tls.yaml", [SharedDatabaseManifests.Job(spec.Unit, "drop", "01jd9000000000000000000000", options), .. NetworkManifests.Of(spec, options)]);
        Assert.Contains(" REQUIRE SSL ", TenantSchema.Grant(spec.Unit, [1], mustExist: true, options), StringComparison.Ordinal);
    }

    private static KubernetesOptions Server()
    {
        var options = new KubernetesOptions();
        options.SharedDatabase.Host = "shared-database.tenantkit-databases";
        return options;
    }

    [Fact]
    public void Dedicated_ThatHasHeldData_NeverBeginsANewDatabase()
    {
        var server = DatabaseManifests.Server(Spec(DatabaseMode.Dedicated), hasData: true, Defaults).Spec.Template.Spec.Containers[0];

        Assert.Null(server.Env);
    }

    [Fact]
    public void OneOff_Command_IsAsWritten() => GoldenFile.Verify("command.yaml", PodManifest.OneOff(Spec(), "01jd9000000000000000000000", ["/app", "migrate"], Defaults));

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.999)]
    [InlineData(1)]
    public void Sizes_AnyTwo_HaveTheSameClass(double share)
    {
        var options = new KubernetesOptions { CpuRequestShare = share };
        ResourceLimits[] sizes = [new(10, 16L << 20, 1 << 20), new(11, 1L << 30, 1 << 20), new(1000, 2L << 30, 1 << 20), new(256_000, 4L << 40, 1 << 20)];

        var classes = sizes.Select(size => Sizes.Of(size, options)).Select(static size => size.Requests["cpu"].ToDecimal() == size.Limits["cpu"].ToDecimal() && size.Requests["memory"].ToDecimal() == size.Limits["memory"].ToDecimal());

        Assert.Equal([share >= 1], classes.Distinct());
    }

    [Fact]
    public void Names_ManyIds_AreSafeAndNeverTheSame()
    {
        string[] ids = ["01jd8x3v7qaaaaaaaaaaaaaaaa", "01JD8X3V7QAAAAAAAAAAAAAAAA", "a", "A", "-a", "a-", "ä", "a_b", "a.b", new string('a', 26), new string('a', 27), new string('a', 300), new string('a', 299) + "b", "ünïcode"];

        var schemas = ids.Select(id => TenantSchema.NameOf(id, Defaults)).ToList();
        Assert.Equal(ids.Length, schemas.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(schemas, static schema => Assert.Matches("^[a-z][a-z0-9$]{1,31}$", schema)); // Of an account 32, of a schema 64; and no wildcard of a grant.

        var names = ids.Select(id => Names.Of(id, Defaults)).ToList();

        Assert.Equal(ids.Length, names.Select(static name => name.Base).Distinct().Count());
        Assert.All(names, static name => Assert.Matches("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", name.Base));
        Assert.All(names, static name => Assert.InRange((name with { IsShared = true }).Pod(new string('0', 26)).Length, 1, 63));
    }

    [Fact]
    public void Fingerprint_OtherSize_IsTheSame()
    {
        var spec = Spec();

        Assert.Equal(Fingerprint.Of(spec), Fingerprint.Of(spec with { Resources = new ResourceLimits(1, 1, 1), Replicas = 5, FencingToken = 1, RestartEpoch = 9 }));
        Assert.NotEqual(Fingerprint.Of(spec), Fingerprint.Of(spec with { Image = "other" }));
    }

    [Fact]
    public void Nothing_InAnyManifest_IsOpenToTheOutside()
    {
        Assert.Equal("ClusterIP", DatabaseManifests.Address(Spec(DatabaseMode.Dedicated), Defaults).Spec.Type);
        Assert.Equal("0", QuotaManifests.Quota(Spec(), Defaults).Spec.Hard["services.nodeports"].ToString());
        Assert.Equal("0", QuotaManifests.Quota(Spec(), Defaults).Spec.Hard["services.loadbalancers"].ToString());
    }
}
