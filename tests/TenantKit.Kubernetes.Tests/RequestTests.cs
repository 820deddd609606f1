using TenantKit.Kubernetes.Tests.Emulator;
using TenantKit.Orchestration;
using TenantKit.Templates;

namespace TenantKit.Kubernetes.Tests;

/// <summary>What tenants cost the API server.</summary>
public sealed class RequestTests : KubernetesTest
{
    public RequestTests() => Cluster.Options.QuotaDelay = TimeSpan.Zero; // What is tried again meanwhile is counted elsewhere.

    [Fact]
    public async Task EnsureAsync_NewTenant_TakesAsManyRequestsAsPublished()
    {
        await Orchestrator.ObserveAsync(Spec().Unit, Token);
        Cluster.Audit.Clear();

        await RunAsync(Spec());

        var made = Cluster.Audit.Where(static line => !line.IsWatch).ToList();
        Assert.True(made.Count == 9, string.Join("\n", made));
        Assert.DoesNotContain(made, static line => line.Verb is "get" or "list");
    }

    [Fact]
    public async Task EnsureAsync_NewTenantWithDatabase_TakesAsManyRequestsAsPublished()
    {
        await Orchestrator.ObserveAsync(Spec().Unit, Token);
        Cluster.Audit.Clear();

        await RunAsync(Spec(database: DatabaseMode.Dedicated));

        var made = Cluster.Audit.Where(static line => !line.IsWatch).ToList();
        Assert.True(made.Count == 12, string.Join("\n", made));
        Assert.DoesNotContain(made, static line => line.Verb is "get" or "list");
    }

    [Fact]
    public async Task EnsureAsync_SleepingTenant_WakesWithThePodAndItsKeyAlone()
    {
        var spec = Spec();
        await RunAsync(spec);
        await Orchestrator.SleepAsync(spec.Unit, Patient, Token);
        Cluster.Audit.Clear();

        await RunAsync(spec);

        Assert.Equal(["create pods", "create secrets"], Made());
    }

    [Fact]
    public async Task EnsureAsync_SleepingTenant_AsksNoRegistry()
    {
        var spec = Spec();
        await RunAsync(spec);
        await Orchestrator.SleepAsync(spec.Unit, Patient, Token);
        await Harness.RestartAsync();
        var asked = Cluster.RegistryRequests;

        await Orchestrator.EnsureAsync(spec, Token);

        Assert.Single(Cluster.List("pods"));
        Assert.Equal(asked, Cluster.RegistryRequests);
    }

    [Fact]
    public async Task EnsureAsync_SleepingTenantWithDatabase_LetsThePodWaitForNothing()
    {
        var spec = Spec(database: DatabaseMode.Dedicated);
        await RunAsync(spec);
        await Orchestrator.SleepAsync(spec.Unit, Patient, Token);
        Cluster.Audit.Clear();

        // Everything else is kept until the pod has been asked for: whoever waited for it before would wait in vain.
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Cluster.Faults.Before = (verb, path) =>
        {
            if (verb == "create" && path.Plural == "pods")
            {
                asked.TrySetResult();
            }

            return verb is "create" or "patch" ? asked.Task.WaitAsync(Patient) : Task.CompletedTask;
        };

        await RunAsync(spec);

        Assert.Equal(["create pods", "create secrets", "patch persistentvolumeclaims", "patch services", "patch statefulsets"], Made().Order());
    }

    [Fact]
    public async Task EnsureAsync_SleepingTenantWithSeveralInstances_AsksForAllPodsSideBySide()
    {
        var spec = Spec() with { Replicas = 3 };
        await RunAsync(spec);
        await Orchestrator.SleepAsync(spec.Unit, Patient, Token);
        Cluster.Audit.Clear();
        var waiting = 0;
        var all = new TaskCompletionSource();
        Cluster.Faults.Before = (verb, path) =>
        {
            if ($"{verb} {path.Plural}" == "create pods" && Interlocked.Increment(ref waiting) == 3)
            {
                all.SetResult();
            }

            return verb == "create" && path.Plural == "pods" ? all.Task.WaitAsync(Patient) : Task.CompletedTask;
        };

        await RunAsync(spec);

        Assert.Equal(6, Made().Count);
    }

    [Fact]
    public async Task EnsureAsync_SleepingTenantOfAnotherReplica_NotesItsTokenAndLooksOnce()
    {
        var spec = Spec() with { FencingToken = 1 };
        await RunAsync(spec);
        await Orchestrator.SleepAsync(spec.Unit, Patient, 1, Token);
        await using var other = Harness.Open();
        await other.ObserveAsync(spec.Unit, Token);
        Cluster.Audit.Clear();

        await other.EnsureAsync(spec with { FencingToken = 2 }, Token);

        Assert.Equal(["patch serviceaccounts", "list pods", "create pods", "create secrets"], Made());
    }

    private List<string> Made() => [.. Cluster.Audit.Where(static line => !line.IsWatch).Select(static line => $"{line.Verb} {line.Resource}")];

    [Fact]
    public async Task ObserveAsync_ManyTenantsAtRest_TakesNoRequest()
    {
        for (var i = 0; i < 20; i++)
        {
            await RunAsync(Spec(tenantId: $"01bbbbbbbbbbbbbbbbbbbbbb{i:00}"));
        }

        Cluster.Audit.Clear();
        for (var i = 0; i < 20; i++)
        {
            await Orchestrator.ObserveAsync(Spec(tenantId: $"01bbbbbbbbbbbbbbbbbbbbbb{i:00}").Unit, Token);
            await Orchestrator.EnsureAsync(Spec(tenantId: $"01bbbbbbbbbbbbbbbbbbbbbb{i:00}"), Token);
        }

        await foreach (var _ in Orchestrator.ListAsync(Token))
        {
        }

        Assert.DoesNotContain(Cluster.Audit, static line => !line.IsWatch);
    }

    [Fact]
    public async Task ObserveAsync_AfterACallOfUnknownOutcome_LooksOnce()
    {
        var spec = Spec();
        await RunAsync(spec);
        Cluster.Faults.LosesAnswer = static (verb, _) => verb == "create";
        await Assert.ThrowsAsync<OrchestratorException>(() => Orchestrator.EnsureAsync(spec with { Replicas = 2 }, Token));
        Cluster.Faults.LosesAnswer = null;
        Cluster.Audit.Clear();

        for (var i = 0; i < 10; i++)
        {
            await Orchestrator.ObserveAsync(spec.Unit, Token);
        }

        Assert.Equal(["list serviceaccounts", "list pods", "get namespaces"], Made());
    }

    [Fact]
    public async Task WatchAsync_ManyTenants_OpensOneWatchPerKind()
    {
        for (var i = 0; i < 10; i++)
        {
            await RunAsync(Spec(tenantId: $"01bbbbbbbbbbbbbbbbbbbbbb{i:00}"));
        }

        Assert.Equal(["namespaces", "pods", "serviceaccounts"], Cluster.Audit.Where(static line => line.IsWatch).Select(static line => line.Resource).Order());
    }

    [Fact]
    public async Task SleepAsync_RunningTenant_LeavesTheObjectsThatArePublished()
    {
        var spec = Spec();
        await RunAsync(spec);

        await Orchestrator.SleepAsync(spec.Unit, Patient, Token);

        await UntilAsync(() => Task.FromResult(Left()), static left => !left.Contains("secrets", StringComparison.Ordinal));
        Assert.Equal("limitranges 1, networkpolicies 2, persistentvolumeclaims 1, resourcequotas 1, serviceaccounts 1", Left());

        string Left()
        {
            lock (Cluster.Store.Gate)
            {
                var own = Cluster.Store.Everything.Where(item => item.Namespace == SpaceOf(spec) && item.Json.Text("metadata", "labels", "app.kubernetes.io/managed-by") == "tenantkit");
                return string.Join(", ", own.GroupBy(static item => item.Plural).OrderBy(static group => group.Key, StringComparer.Ordinal).Select(static group => $"{group.Key} {group.Count()}"));
            }
        }
    }

    [Fact]
    public async Task EnsureAsync_PodEvent_AsksForNothingMore()
    {
        var spec = Spec(EmulatedApps.Idle);
        await RunAsync(spec);
        Cluster.Audit.Clear();

        await Harness.KillAsync((await Orchestrator.ObserveAsync(spec.Unit, Token))!.Instances[0], Token);
        await ObservedAsync(spec, static unit => !unit.HasCompute);

        Assert.Empty(Cluster.Audit);
    }
}
