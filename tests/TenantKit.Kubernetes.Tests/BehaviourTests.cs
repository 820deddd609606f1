using TenantKit.Kubernetes.Tests.Emulator;
using TenantKit.Orchestration;
using TenantKit.Templates;
using TenantKit.Tenants;

namespace TenantKit.Kubernetes.Tests;

/// <summary>What the orchestrator does beyond the common contract.</summary>
public sealed class BehaviourTests : KubernetesTest
{
    /// <summary>A container of services disposes it once under each contract that it is known by.</summary>
    [Fact]
    public async Task DisposeAsync_Again_DoesNothing()
    {
        await RunAsync(Spec());

        await ((IAsyncDisposable)Orchestrator).DisposeAsync();
        await ((IAsyncDisposable)Orchestrator).DisposeAsync();
        await Harness.RestartAsync();
    }

    [Fact]
    public async Task EnsureAsync_OtherSize_ResizesInPlace()
    {
        var spec = Spec();
        var before = await RunAsync(spec);

        var after = await RunAsync(spec with { Resources = new ResourceLimits(2000, 4L << 30, 10L << 30) });

        Assert.Equal(before.Instances[0].Id, after.Instances[0].Id);
        var pod = Assert.Single(Cluster.List("pods"));
        Assert.Equal(("2", (4L << 30).ToString(System.Globalization.CultureInfo.InvariantCulture)), (pod.Items("spec", "containers").First().Text("resources", "limits", "cpu"), pod.Items("spec", "containers").First().Text("resources", "limits", "memory")));
        Assert.Equal("Burstable", pod.Text("status", "qosClass"));
    }

    [Fact]
    public async Task EnsureAsync_MuchLargerThanTheOldLimits_WaitsForTheServerToTakeTheNewOnesIn()
    {
        Cluster.Options.QuotaDelay = TimeSpan.FromMilliseconds(200);
        var spec = Spec();
        var before = await RunAsync(spec);

        var after = await Orchestrator.EnsureAsync(spec with { Resources = new ResourceLimits(64_000, 64L << 30, 100L << 30) }, Token);

        Assert.Equal(before.Instances[0].Id, Assert.Single(after.Instances).Id);
        Assert.Equal("64", Cluster.List("pods").Single().Items("spec", "containers").First().Text("resources", "limits", "cpu"));
        Assert.Equal((100L << 30).ToString(System.Globalization.CultureInfo.InvariantCulture), Cluster.List("persistentvolumeclaims").Single().Text("spec", "resources", "requests", "storage"));
    }

    [Fact]
    public async Task ServiceAccount_RemovedByHand_IsMadeAnewAndNoDataIsTakenForGone()
    {
        var spec = Spec(EmulatedApps.Counts);
        await RunAsync(spec);
        await Orchestrator.SleepAsync(spec.Unit, Patient, Token);
        Cluster.Delete("serviceaccounts", SpaceOf(spec), "app");
        await UntilAsync(() => Task.FromResult(Harness.Kubernetes.Cluster.Records.Count), static count => count == 0);

        Assert.True((await Orchestrator.ObserveAsync(spec.Unit, Token))!.HasData);
        await RunAsync(spec);

        Assert.NotNull(Cluster.Get("serviceaccounts", SpaceOf(spec), "app"));
        Assert.Single(Cluster.List("persistentvolumeclaims"));
    }

    [Fact]
    public async Task EnsureAsync_OtherSizeOnAnOlderCluster_ReplacesTheInstance()
    {
        Cluster.Options.ServesResize = false;
        var spec = Spec();
        var before = await RunAsync(spec);

        var larger = spec with { Resources = new ResourceLimits(2000, 4L << 30, 10L << 30) };
        await UntilAsync(() => Orchestrator.EnsureAsync(larger, Token), unit => Live(unit) is [{ State: RuntimeState.Running } only] && only.Id != before.Instances[0].Id);

        Assert.Equal("2", Cluster.List("pods").Last().Items("spec", "containers").First().Text("resources", "limits", "cpu"));
    }

    [Fact]
    public async Task EnsureAsync_WallsFirst_StandBeforeAnyPod()
    {
        await RunAsync(Spec(database: DatabaseMode.Dedicated));

        var order = Cluster.Audit.Where(static line => line.Verb is "create" or "patch").Select(static line => line.Resource).ToList();
        var pod = order.IndexOf("pods");
        Assert.All((string[])["namespaces", "resourcequotas", "limitranges", "networkpolicies", "serviceaccounts", "persistentvolumeclaims"], wall => Assert.InRange(order.IndexOf(wall), 0, pod - 1));
        Assert.Equal("namespaces", order[0]);
        Assert.True(order.IndexOf("statefulsets") > order.LastIndexOf("networkpolicies"));
    }

    [Fact]
    public async Task EnsureAsync_Dedicated_StartsTheDatabaseAndWaitsForIt()
    {
        var spec = Spec(database: DatabaseMode.Dedicated);

        await RunAsync(spec);

        Assert.Contains(Cluster.List("pods"), static pod => pod.Text("metadata", "name") == "db-0");
        await Orchestrator.SleepAsync(spec.Unit, Patient, Token);
        Assert.Empty(Cluster.List("pods"));
        Assert.Empty(Cluster.List("statefulsets"));
        Assert.Empty(Cluster.List("services"));
        Assert.Equal(["data", "data-db-0"], Cluster.List("persistentvolumeclaims").Select(static claim => claim.Text("metadata", "name")).Order());
        await RunAsync(spec);
    }

    [Fact]
    public async Task EnsureAsync_DedicatedLargerWhileTheDatabaseIsGone_MakesItsStatefulSetAnew()
    {
        var spec = Spec(database: DatabaseMode.Dedicated);
        await RunAsync(spec);
        Cluster.Options.IsCordoned = true;
        Cluster.Delete("pods", SpaceOf(spec), "db-0");
        await UntilAsync(() => Task.FromResult(Cluster.Get("pods", SpaceOf(spec), "db-0").Text("spec", "nodeName")), static node => node.Length == 0);
        Cluster.Options.IsCordoned = false;

        var larger = spec with { Resources = spec.Resources with { StorageBytes = 20L << 30 } };
        await RunAsync(larger);
        await Orchestrator.SleepAsync(spec.Unit, Patient, Token);
        await RunAsync(larger);

        Assert.All(Cluster.List("persistentvolumeclaims"), static claim => Assert.Equal((20L << 30).ToString(System.Globalization.CultureInfo.InvariantCulture), claim.Text("spec", "resources", "requests", "storage")));
    }

    [Fact]
    public async Task EnsureAsync_DatabaseRemovedByHand_IsStartedAgain()
    {
        var spec = Spec(database: DatabaseMode.Dedicated);
        await RunAsync(spec);
        Cluster.Delete("statefulsets", SpaceOf(spec), "db");
        Cluster.Delete("pods", SpaceOf(spec), "db-0");
        await UntilAsync(() => Task.FromResult(Cluster.Get("pods", SpaceOf(spec), "db-0")), static pod => pod is null);

        await UntilAsync(() => Orchestrator.EnsureAsync(spec, Token), _ => Cluster.Get("pods", SpaceOf(spec), "db-0").Text("status", "phase") == "Running");

        Assert.Single(Cluster.List("statefulsets"));
    }

    [Fact]
    public async Task EnsureAsync_TemplateThatNowHasADatabase_MakesIt()
    {
        var spec = Spec();
        await RunAsync(spec);
        await Orchestrator.SleepAsync(spec.Unit, Patient, Token);

        await RunAsync(spec with { Database = DatabaseMode.Dedicated });

        Assert.Equal("Running", Cluster.Get("pods", SpaceOf(spec), "db-0").Text("status", "phase"));
        Assert.NotNull(Cluster.Get("secrets", SpaceOf(spec), "db"));
    }

    [Fact]
    public async Task EnsureAsync_TwoControlPlanes_TheOlderTokenIsRefused()
    {
        var spec = Spec();
        await RunAsync(spec with { FencingToken = 3 });
        await using var other = Harness.Open();

        var seen = await other.EnsureAsync(spec with { FencingToken = 4, Replicas = 2 }, Token);
        Assert.Equal(2, Live(seen).Count);

        await Assert.ThrowsAsync<StaleTokenException>(() => UntilAsync(() => Orchestrator.EnsureAsync(spec with { FencingToken = 3 }, Token), static _ => false));
        Assert.Equal(2, Live((await other.ObserveAsync(spec.Unit, Token))!).Count);
    }

    [Fact]
    public async Task EnsureAsync_Replicas_GetABudgetAboveOne()
    {
        var spec = Spec();
        await RunAsync(spec with { Replicas = 3 });
        Assert.Single(Cluster.List("poddisruptionbudgets"));

        await RunAsync(spec);
        Assert.Empty(Cluster.List("poddisruptionbudgets"));
    }

    [Fact]
    public async Task EnsureAsync_MoreReplicasLater_GetABudgetWhateverTheHashOfTheRest()
    {
        for (var epoch = 1; epoch <= 8; epoch++)
        {
            // The note of what was made ends in a letter of the budget; the hash before it has such letters too.
            var spec = Spec(tenantId: $"01bbbbbbbbbbbbbbbbbbbbbb{epoch:00}") with { RestartEpoch = epoch };
            await RunAsync(spec);
            Cluster.Audit.Clear();
            await RunAsync(spec with { Resources = spec.Resources with { CpuMillicores = 700 } });
            Assert.DoesNotContain(Cluster.Audit, static line => line.Resource == "poddisruptionbudgets");

            await RunAsync(spec with { Replicas = 2 });
            Assert.Equal(epoch, Cluster.List("poddisruptionbudgets").Count);
        }
    }

    [Fact]
    public async Task EnsureAsync_NewPod_HasAKeyThatGoesWithIt()
    {
        var spec = Spec();
        var unit = await RunAsync(spec);

        var secret = Assert.Single(Cluster.List("secrets"));
        var key = System.Text.Encoding.ASCII.GetString(Convert.FromBase64String(secret.Text("data", "key")));
        Assert.Equal(Convert.ToHexStringLower(new TestCredentials().GetKey(spec.Unit.TenantId, unit.Instances[0].Id)), key);
        Assert.Equal("true", secret.Text("immutable"));

        await Orchestrator.SleepAsync(spec.Unit, Patient, Token);
        await UntilAsync(() => Task.FromResult(Cluster.List("secrets").Count), static count => count == 0);
    }

    [Fact]
    public async Task Shared_OneNamespaceForAll_KeepsUnitsApart()
    {
        lock (Cluster.Store.Gate)
        {
            Cluster.Store.Add("namespaces", new() { ["metadata"] = new System.Text.Json.Nodes.JsonObject { ["name"] = "tenants" } }, "kubectl");
        }

        await using var shared = Harness.Open(new KubernetesOptions { SharedNamespace = "tenants", Installation = "shared" });
        var (one, other) = (Spec(), Spec(tenantId: "01cccccccccccccccccccccccc"));
        foreach (var spec in (UnitSpec[])[one, other])
        {
            await UntilAsync(() => shared.EnsureAsync(spec, Token), static unit => unit.Instances is [{ State: RuntimeState.Running }]);
        }

        await shared.DeleteAsync(one.Unit, true, Patient, 0, Token);

        Assert.Null(await shared.ObserveAsync(one.Unit, Token));
        Assert.Single((await shared.ObserveAsync(other.Unit, Token))!.Instances);
        Assert.All(Cluster.List("persistentvolumeclaims"), static claim => Assert.Equal("tk-01cccccccccccccccccccccccc-data", claim.Text("metadata", "name")));
        Assert.DoesNotContain(Cluster.List("namespaces"), static space => space.Text("metadata", "name").StartsWith("tk-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Installations_InOneCluster_DoNotSeeEachOther()
    {
        await RunAsync(Spec());
        await using var other = Harness.Open(new KubernetesOptions { Installation = "other", NamePrefix = "other-" });

        Assert.Null(await other.ObserveAsync(Spec().Unit, Token));
        await foreach (var unit in other.ListAsync(Token))
        {
            Assert.Fail($"The other installation sees {unit.Unit}.");
        }
    }

    [Fact]
    public async Task ResolveImageAsync_Image_TellsItsDigest()
    {
        var found = await Orchestrator.ResolveImageAsync($"{Cluster.Registry}/app:1", [], Token);

        Assert.Equal((true, "sha256:" + new string('a', 64), null), (found.Found, found.Digest, found.Problem));
        Assert.Equal($"The registry {Cluster.Registry} has no image '{Cluster.Registry}/missing:1'. Push it, or correct the name or tag.", (await Orchestrator.ResolveImageAsync($"{Cluster.Registry}/missing:1", [], Token)).Problem);
        Assert.Equal("'no image!' is not the name of an image. Write it as registry/repository:tag.", (await Orchestrator.ResolveImageAsync("no image!", [], Token)).Problem);
    }

    [Fact]
    public async Task ListAsync_ObjectsOfDeletedStores_AreTold()
    {
        await RunAsync(Spec());
        await Harness.RestartAsync();

        List<UnitRef> found = [];
        await foreach (var unit in Orchestrator.ListAsync(Token))
        {
            found.Add(unit.Unit);
        }

        Assert.Equal([Spec().Unit], found);
    }
}
