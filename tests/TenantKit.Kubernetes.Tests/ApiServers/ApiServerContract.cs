using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using TenantKit.Kubernetes.Access;
using TenantKit.Kubernetes.Api;
using TenantKit.Kubernetes.Manifests;
using TenantKit.Orchestration;
using TenantKit.Storage;
using TenantKit.Templates;
using TenantKit.Tenants;

namespace TenantKit.Kubernetes.Tests.ApiServers;

/// <summary>What holds on every API server, with nothing behind it: the emulated one, the real one on its own, the one of a cluster.</summary>
public abstract class ApiServerContract<THarness> : IAsyncLifetime
    where THarness : ApiServerHarness, new()
{
    private readonly THarness server = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await server.StartAsync();
        await server.GrantAsync([.. RbacRoles.Control, .. RbacRoles.Logs, .. RbacRoles.Replicas]);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await server.DisposeAsync();
    }

    [Theory]
    [InlineData(DatabaseMode.Embedded)]
    [InlineData(DatabaseMode.Dedicated)]
    [InlineData(DatabaseMode.Shared)]
    public async Task Manifests_DryRun_AreAccepted(DatabaseMode mode)
    {
        var (spec, options) = (Spec(mode) with { Replicas = 2 }, server.Options);
        options.SharedDatabase.Host = "database.example";
        options.SharedDatabase.RequireTls = true;
        options.AllowedEgress.Add("203.0.113.0/24");
        var names = Names.Of(spec.Unit, options);
        var job = SharedDatabaseManifests.Job(spec.Unit, "grant", "01jd9000000000000000000000", options);
        job.Metadata.Uid = "00000000-0000-4000-8000-000000000001";
        await server.Admin.DoAsync("POST", KubeApi.Namespaces.Path(null, null), NamespaceManifest.Of(spec.Unit, options));
        await server.Admin.DoAsync("POST", KubeApi.ServiceAccounts.Path(names.Namespace, null), RecordManifest.Of(spec.Unit, 1, new Dictionary<string, string?>(), options));

        foreach (var (resource, body) in ((ApiResource, IKubernetesObject<V1ObjectMeta>)[])
        [
            (KubeApi.ResourceQuotas, QuotaManifests.Quota(spec, options)), (KubeApi.LimitRanges, QuotaManifests.Limits(spec, options)),
            .. NetworkManifests.Of(spec, options).Select(static policy => (KubeApi.NetworkPolicies, (IKubernetesObject<V1ObjectMeta>)policy)),
            (KubeApi.DisruptionBudgets, VolumeManifest.Budget(spec, options)), (KubeApi.VolumeClaims, VolumeManifest.Claim(spec, options)),
            (KubeApi.ConfigMaps, RecordManifest.Log(spec.Unit, "a line", options)), (KubeApi.Secrets, DatabaseManifests.Credentials(spec, [1], [2], options)),
            (KubeApi.Secrets, SharedDatabaseManifests.Credentials(spec, [1], options)), (KubeApi.Secrets, SharedDatabaseManifests.StatementsOf(spec.Unit, job, "SELECT 1;", options)),
            (KubeApi.Services, DatabaseManifests.Address(spec, options)), (KubeApi.StatefulSets, DatabaseManifests.Server(spec, hasData: false, options)),
            (KubeApi.StatefulSets, DatabaseManifests.Server(spec, hasData: true, options)), (KubeApi.Jobs, job),
            (KubeApi.Pods, PodManifest.Instance(spec, "01jd9000000000000000000000", options)), (KubeApi.Pods, PodManifest.OneOff(spec, "01jd9000000000000000000000", ["/app"], options)),
            (KubeApi.Pods, Bare(DatabaseManifests.Server(spec, hasData: false, options).Spec.Template)), (KubeApi.Pods, Bare(job.Spec.Template)),
        ])
        {
            // The level "restricted" is enforced here: what a job or a StatefulSet makes must pass as well.
            body.Metadata.NamespaceProperty = names.Namespace;
            if (body is not V1Secret)
            {
                body.Metadata.Uid = null;
            }

            await server.Admin.DoAsync("POST", $"{resource.Path(names.Namespace, null)}?dryRun=All&fieldValidation=Strict", body);
        }

        V1Pod Bare(V1PodTemplateSpec template) => new()
        {
            ApiVersion = "v1", Kind = "Pod", Metadata = new V1ObjectMeta { Name = "bare", Labels = template.Metadata.Labels, Annotations = template.Metadata.Annotations }, Spec = Of(template, names),
        };
    }

    [Theory]
    [InlineData("A")]
    [InlineData("-a")]
    [InlineData("ünïcode")]
    [InlineData("name@example.com/and/more")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task Names_OfOddTenantIds_AreAccepted(string tenantId)
    {
        var manifest = NamespaceManifest.Of(new UnitRef(tenantId, "user-" + tenantId), server.Options);

        await server.Admin.DoAsync("POST", $"{KubeApi.Namespaces.Path(null, null)}?dryRun=All&fieldValidation=Strict", manifest);
    }

    [Theory]
    [InlineData(DatabaseMode.Embedded, 9)]
    [InlineData(DatabaseMode.Dedicated, 12)]
    public async Task EnsureAsync_UnderExactlyTheRoles_MakesATenantInAsManyRequestsAsPublished(DatabaseMode mode, int published)
    {
        var spec = Spec(mode);
        await using var orchestrator = server.Open();
        await orchestrator.ObserveAsync(spec.Unit, Token);
        using var count = new RequestCount();

        var made = await orchestrator.EnsureAsync(spec, Token);
        var requests = count.Take();
        var again = await orchestrator.EnsureAsync(spec, Token);

        Assert.Equal((1, true), (made.Instances.Count, made.HasData));
        Assert.True(requests.Count == published, string.Join("\n", requests));
        Assert.Equal(made.Instances[0].Id, Assert.Single(again.Instances).Id);
        Assert.Empty(count.Take());
    }

    [Fact]
    public async Task EnsureAsync_OlderToken_IsRefused()
    {
        var spec = Spec();
        await using var orchestrator = server.Open();
        await orchestrator.EnsureAsync(spec with { FencingToken = 3 }, Token);
        await using var other = server.Open();

        await other.EnsureAsync(spec with { FencingToken = 4 }, Token);

        await using var third = server.Open();
        await Assert.ThrowsAsync<StaleTokenException>(() => third.EnsureAsync(spec with { FencingToken = 3 }, Token));
    }

    [Fact]
    public async Task ListAsync_AnotherControlPlane_SeesTheTenant()
    {
        var spec = Spec();
        await using var other = server.Open();
        Assert.Null(await other.ObserveAsync(spec.Unit, Token));
        await using var orchestrator = server.Open();
        var made = await orchestrator.EnsureAsync(spec, Token);

        var since = System.Diagnostics.Stopwatch.GetTimestamp();
        while (await other.ObserveAsync(spec.Unit, Token) is not { Instances: [var seen], HasData: true } || seen.Id != made.Instances[0].Id)
        {
            Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(20), "The watch has not told of the tenant.");
            await Task.Delay(20, Token);
        }

        await using var late = server.Open();
        Assert.Equal(made.Instances[0].Id, Assert.Single((await late.ObserveAsync(spec.Unit, Token))!.Instances).Id);
    }

    [Fact]
    public async Task Field_OfAnotherManager_StaysAsItIs()
    {
        var spec = Spec();
        await using var orchestrator = server.Open();
        await orchestrator.EnsureAsync(spec, Token);
        var quota = KubeApi.ResourceQuotas.Path(Names.Of(spec.Unit, server.Options).Namespace, "tenant");
        await server.Admin.DoAsync("PATCH", $"{quota}?fieldManager=kubectl-edit", """{"spec":{"hard":{"pods":"77"}}}""", "application/merge-patch+json");

        await orchestrator.EnsureAsync(spec with { Resources = spec.Resources with { MemoryBytes = 1L << 30 } }, Token);

        Assert.Equal("77", (await server.Admin.DoAsync("GET", quota))["spec"]!["hard"]!["pods"]!.ToString());
    }

    [Theory]
    [InlineData("create", "", "pods")]
    [InlineData("create", "", "namespaces")]
    [InlineData("patch", "networking.k8s.io", "networkpolicies")]
    [InlineData("create", "networking.k8s.io", "networkpolicies")]
    [InlineData("create", "", "secrets")]
    public async Task EnsureAsync_RightMissing_SaysWhichRuleToAdd(string verb, string group, string resource)
    {
        await server.GrantAsync([.. RbacRoles.Control.Select(rule => rule.Group == group && rule.Resource == resource ? rule with { Verbs = [.. rule.Verbs.Where(each => each != verb)] } : rule)]);
        await using var orchestrator = server.Open();

        var error = await Assert.ThrowsAsync<OrchestratorException>(() => orchestrator.EnsureAsync(Spec(), Token));

        Assert.Equal(StatusReasons.Forbidden, error.Reason);
        Assert.EndsWith($$"""Add this rule to the role of the control plane: {apiGroups: ["{{group}}"], resources: ["{{resource}}"], verbs: [{{verb}}]}""", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_UnderTheRoles_CannotBeRead()
    {
        var spec = Spec();
        await using var orchestrator = server.Open();
        await orchestrator.EnsureAsync(spec, Token);
        var space = Names.Of(spec.Unit, server.Options).Namespace;

        Assert.Equal(403, (await server.AskAsControlAsync(KubeApi.Secrets.Path(space, null))).Code);
        Assert.Equal(403, (await server.AskAsControlAsync(KubeApi.Secrets.Path(space, "any"))).Code);
        Assert.Equal(200, (await server.AskAsControlAsync(KubeApi.Pods.Path(space, null))).Code);
    }

    [Fact]
    public async Task ReadNoticesAsync_Events_AreSelectedByTheServer()
    {
        var spec = Spec();
        await using var orchestrator = server.Open();
        await orchestrator.EnsureAsync(spec, Token);
        var space = Names.Of(spec.Unit, server.Options).Namespace;
        foreach (var (type, reason) in ((string, string)[])[("Warning", "FailedMount"), ("Normal", "Pulled")])
        {
            await server.Admin.DoAsync("POST", KubeApi.Events.Path(space, null), new JsonObject
            {
                ["apiVersion"] = "v1", ["kind"] = "Event", ["metadata"] = new JsonObject { ["name"] = "about-data." + reason.ToLowerInvariant(), ["namespace"] = space },
                ["involvedObject"] = new JsonObject { ["kind"] = "PersistentVolumeClaim", ["namespace"] = space, ["name"] = "data" }, ["type"] = type, ["reason"] = reason, ["message"] = "not there",
                ["lastTimestamp"] = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture), ["count"] = 3,
            }.ToJsonString());
        }

        var notice = Assert.Single(await orchestrator.ReadNoticesAsync(spec.Unit, Token), static notice => notice.Message.Contains("PersistentVolumeClaim data", StringComparison.Ordinal));

        Assert.Equal(("volume_not_mounted", "A volume is not mounted (PersistentVolumeClaim data): not there", 3), (notice.Reason, notice.Message, notice.Count));
    }

    [Fact]
    public async Task Leases_OfReplicas_AreRenewedSeenAndRemovedOnConditionAlone()
    {
        var options = server.Options;
        options.SystemNamespace = options.NamePrefix + "system";
        await server.Admin.DoAsync("POST", KubeApi.Namespaces.Path(null, null), new V1Namespace { Metadata = new V1ObjectMeta { Name = options.SystemNamespace, Labels = new Dictionary<string, string> { [Marks.Installation] = options.Installation } } });
        using var one = server.OpenRoll(options);
        using var two = server.OpenRoll(options);
        await one.RenewAsync("one", Token);
        var seen = (await two.RenewAsync("two", Token)).Single(static entry => entry.Holder == "one");

        await one.RenewAsync("one", Token);
        await Assert.ThrowsAsync<RevisionConflictException>(() => two.RemoveAsync(seen, Token));
        seen = (await two.RenewAsync("two", Token)).Single(static entry => entry.Holder == "one");
        await two.RemoveAsync(seen, Token);

        Assert.Equal(["two"], (await one.RenewAsync("one", Token)).Select(static entry => entry.Holder));
        Assert.Equal(["one", "two"], (await two.RenewAsync("two", Token)).Select(static entry => entry.Holder).Order());
    }

    private static V1PodSpec Of(V1PodTemplateSpec template, Names names)
    {
        template.Spec.ServiceAccountName = names.Account;
        template.Spec.Volumes = [.. template.Spec.Volumes, .. template.Spec.Volumes.Any(static volume => volume.Name == "data") || template.Spec.Containers[0].Name != "database" ? Array.Empty<V1Volume>() : [new V1Volume { Name = "data", EmptyDir = new V1EmptyDirVolumeSource() }]];
        return template.Spec;
    }

    private static UnitSpec Spec(DatabaseMode mode = DatabaseMode.Embedded) => new()
    {
        Unit = new UnitRef("01aaaaaaaaaaaaaaaaaaaaaaaa", "user-01aaaaaaaaaaaaaaaaaaaaaaaa"), TenantName = "acme", Generation = 1, RestartEpoch = 1, Replicas = 1, Image = "registry.example/app:1",
        Command = ["idle"], Resources = ResourceLimits.Default, StopGracePeriod = TimeSpan.FromSeconds(20), Database = mode, Probe = new ProbeSettings(),
    };
}
