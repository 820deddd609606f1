using System.Text.Json.Nodes;
using TenantKit.Kubernetes.Access;
using TenantKit.Kubernetes.Api;
using TenantKit.Kubernetes.Tests.Emulator;
using TenantKit.Orchestration;
using TenantKit.Templates;
using TenantKit.Tenants;

namespace TenantKit.Kubernetes.Tests;

/// <summary>The roles: enough, nothing more, and a message for each verb that is missing.</summary>
public sealed class AccessTests : KubernetesTest
{
    public AccessTests()
    {
        Harness.Options.SharedDatabase.Host = "database.example";
        Cluster.Make("namespaces", new JsonObject { ["metadata"] = new JsonObject { ["name"] = "tenantkit-databases" } });
        Cluster.Make("secrets", new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "shared-database", ["namespace"] = "tenantkit-databases" }, ["stringData"] = new JsonObject { ["username"] = "root", ["password"] = "secret" },
        });
    }

    public static TheoryData<string> Granted => [.. RbacRoles.Control.Concat(RbacRoles.Logs).SelectMany(static rule => rule.Verbs.Select(verb => $"{verb} {rule.Group}/{rule.Resource}"))];

    [Fact]
    public void Roles_Generated_AreThoseOfTheSamples() => GoldenFile.VerifyText("../../../samples/deploy/base/roles.yaml", RbacRoles.ToYaml());

    [Fact]
    public void Roles_Generated_GrantNothingDangerous()
    {
        var rights = Rights();

        Assert.DoesNotContain(rights, static right => right.Contains('*', StringComparison.Ordinal));
        Assert.DoesNotContain(rights, static right => right.StartsWith("deletecollection ", StringComparison.Ordinal) || right.StartsWith("escalate ", StringComparison.Ordinal) || right.StartsWith("bind ", StringComparison.Ordinal) || right.StartsWith("impersonate ", StringComparison.Ordinal));
        Assert.Equal(["create /secrets"], rights.Where(static right => right.EndsWith("/secrets", StringComparison.Ordinal)));
        Assert.DoesNotContain(rights, static right => right is "patch /namespaces" or "update /namespaces");
        Assert.All((string[])["nodes", "persistentvolumes", "pods/exec", "pods/attach", "pods/portforward", "pods/ephemeralcontainers", "serviceaccounts/token", "roles", "rolebindings", "clusterroles", "clusterrolebindings", "endpoints", "endpointslices"],
            resource => Assert.DoesNotContain(rights, right => right.EndsWith("/" + resource, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Everything_UnderExactlyTheRoles_Works()
    {
        Cluster.Options.Rights = Rights();

        await DoEverythingAsync();

        var used = Cluster.Audit.Select(static line => $"{line.Verb} {line.Resource}").ToHashSet();
        var unused = RbacRoles.Control.Concat(RbacRoles.Logs).SelectMany(static rule => rule.Verbs.Select(verb => $"{verb} {rule.Resource}")).Where(right => !used.Contains(right));
        // A list is the way of servers that do not stream lists, a create by apply is a patch on the wire, and records go by themselves in a shared namespace alone.
        Assert.Empty(unused.Except(["list serviceaccounts", "list namespaces", "create resourcequotas", "create limitranges", "create networkpolicies", "create poddisruptionbudgets", "create services", "create statefulsets", "create configmaps", "delete serviceaccounts"]));
    }

    [Theory]
    [MemberData(nameof(Granted))]
    public async Task Everything_WithoutOneRight_SaysWhichRuleToAdd(string right)
    {
        Cluster.Options.Rights = Rights();
        Cluster.Options.Rights.Remove(right);
        Cluster.Options.StreamsLists = !right.StartsWith("list", StringComparison.Ordinal);
        Harness.Options.RequestTimeout = TimeSpan.FromSeconds(2);
        var (verb, resource) = (right.Split(' ')[0], right.Split('/', 2)[1]);

        var error = await Record.ExceptionAsync(DoEverythingAsync);

        if (error is not null)
        {
            var refusal = Assert.IsType<OrchestratorException>(error);
            Assert.Contains($"resources: [\"{resource}\"], verbs: [{verb}]", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Volume_ThatMayNotBeChanged_SaysWhichRuleToAdd()
    {
        var spec = Spec();
        await RunAsync(spec);
        Cluster.Options.Rights = Rights();
        Cluster.Options.Rights.Remove("patch /persistentvolumeclaims");

        var error = await Assert.ThrowsAsync<OrchestratorException>(() => Orchestrator.EnsureAsync(spec with { RestartEpoch = 2 }, Token));

        Assert.Equal(StatusReasons.Forbidden, error.Reason);
        Assert.Contains("resources: [\"persistentvolumeclaims\"], verbs: [patch]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_ThatDoesNotKnowTheRolesYet_IsWaitedForAndNoRuleIsToldOf()
    {
        var spec = Spec();
        await Orchestrator.ObserveAsync(spec.Unit, Token);
        Cluster.Options.IsStarting = true;

        var error = await Assert.ThrowsAsync<OrchestratorException>(() => Orchestrator.EnsureAsync(spec, Token));
        var running = RunAsync(spec);
        await Task.Delay(200, Token);
        Cluster.Options.IsStarting = false;

        Assert.Equal((StatusReasons.OrchestratorUnavailable, true), (error.Reason, error.IsTransient));
        Assert.DoesNotContain("Add this rule", error.Message, StringComparison.Ordinal);
        await running;
    }

    [Fact]
    public async Task Server_ThatNeverSaysWhetherItIsReady_IsBelievedAfterAWhile()
    {
        Cluster.Options.SaysWhetherReady = false;
        Cluster.Options.Rights = Rights();
        Cluster.Options.Rights.Remove("create /namespaces");
        var time = new ShiftedTimeProvider();
        await using var orchestrator = KubernetesHarness.Make(Cluster.Address, Harness.Options, time);
        var early = await Assert.ThrowsAsync<OrchestratorException>(() => orchestrator.EnsureAsync(Spec(), Token));

        time.Shift(TimeSpan.FromSeconds(20));
        var late = await Assert.ThrowsAsync<OrchestratorException>(() => orchestrator.EnsureAsync(Spec(), Token));

        Assert.Equal((StatusReasons.OrchestratorUnavailable, StatusReasons.Forbidden), (early.Reason, late.Reason));
        Assert.Contains("resources: [\"namespaces\"], verbs: [create]", late.Message, StringComparison.Ordinal);
    }

    /// <summary>A namespace without a record: whoever goes on looks what there is.</summary>
    private async Task CrashHalfWayAsync(UnitSpec spec)
    {
        Cluster.Faults.Before = static (verb, path) => verb == "create" && path.Plural == "serviceaccounts" ? throw new ApiError(500, "InternalError", "etcd is away") : Task.CompletedTask;
        try
        {
            await Orchestrator.EnsureAsync(spec, Token);
        }
        catch (OrchestratorException exception) when (exception.Message.Contains("etcd is away", StringComparison.Ordinal))
        {
        }

        Cluster.Faults.Before = null;
    }

    private static HashSet<string> Rights() =>
        [.. RbacRoles.Control.Concat(RbacRoles.Logs).SelectMany(static rule => rule.Verbs.Select(verb => $"{verb} {rule.Group}/{rule.Resource}"))];

    private async Task DoEverythingAsync()
    {
        var spec = Spec(EmulatedApps.Talks, database: DatabaseMode.Dedicated) with { Replicas = 2 };
        await CrashHalfWayAsync(spec);
        await RunAsync(spec);
        await Orchestrator.ReadUsageAsync(spec.Unit, Token);
        await ((IRuntimeNoticeReader)Orchestrator).ReadNoticesAsync(spec.Unit, Token);
        await RunAsync(spec with { Resources = new ResourceLimits(2000, 3L << 30, 20L << 30), Replicas = 1 });
        await Orchestrator.RunCommandAsync(spec, [EmulatedApps.Hello], Token);
        await foreach (var _ in Orchestrator.ReadLogsAsync(spec.Unit, new LogQuery(), Token))
        {
        }

        await Orchestrator.SleepAsync(spec.Unit, Patient, 5, Token);
        await RunAsync(spec with { FencingToken = 6, Replicas = 1 });
        await Orchestrator.DeleteAsync(spec.Unit, deleteData: true, Patient, 6, Token);
        await RunAsync(Spec(tenantId: "01cccccccccccccccccccccccc", database: DatabaseMode.Shared));
    }
}
