using TenantKit.Kubernetes.Tests.Emulator;
using TenantKit.Orchestration;
using TenantKit.Templates;

namespace TenantKit.Kubernetes.Tests;

/// <summary>What tenants cost the API server.</summary>
public sealed class RequestTests : KubernetesTest
{
    public RequestTests() => Cluster.Options.QuotaDelay = TimeSpan.Zero; // What is tried again meanwhile is counted elsewhere.

    [Fact]
    public async Task EnsureAsync_NewTenant_TakesAtMostTwelveRequests()
    {
        await Orchestrator.ObserveAsync(Spec().Unit, Token);
        Cluster.Audit.Clear();

        await RunAsync(Spec());

        var made = Cluster.Audit.Where(static line => !line.IsWatch).ToList();
        Assert.True(made.Count <= 12, string.Join("\n", made));
        Assert.DoesNotContain(made, static line => line.Verb is "get" or "list");
    }

    [Fact]
    public async Task EnsureAsync_NewTenantWithDatabase_TakesAsManyRequestsAsPublished()
    {
        await Orchestrator.ObserveAsync(Spec().Unit, Token);
        Cluster.Audit.Clear();

        await RunAsync(Spec(database: DatabaseMode.Dedicated));

        var made = Cluster.Audit.Where(static line => !line.IsWatch).ToList();
        Assert.True(made.Count <= 16, string.Join("\n", made));
    }

    [Fact]
    public async Task EnsureAsync_SleepingTenant_WakesWithThePodAndItsKeyAlone()
    {
        var spec = Spec();
        await RunAsync(spec);
        await Orchestrator.SleepAsync(spec.Unit, Patient, Token);
        Cluster.Audit.Clear();

        await RunAsync(spec);

        Assert.Equal(["create pods", "create secrets"], Cluster.Audit.Where(static line => !line.IsWatch).Select(static line => $"{line.Verb} {line.Resource}").Order());
    }

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
    public async Task WatchAsync_ManyTenants_OpensOneWatchPerKind()
    {
        for (var i = 0; i < 10; i++)
        {
            await RunAsync(Spec(tenantId: $"01bbbbbbbbbbbbbbbbbbbbbb{i:00}"));
        }

        Assert.Equal(["configmaps", "namespaces", "pods"], Cluster.Audit.Where(static line => line.IsWatch).Select(static line => line.Resource).Order());
    }

    [Fact]
    public async Task SleepAsync_RunningTenant_LeavesTheObjectsThatArePublished()
    {
        var spec = Spec();
        await RunAsync(spec);

        await Orchestrator.SleepAsync(spec.Unit, Patient, Token);

        await UntilAsync(() => Task.FromResult(Left()), static left => !left.Contains("secrets", StringComparison.Ordinal));
        Assert.Equal("configmaps 1, limitranges 1, networkpolicies 2, persistentvolumeclaims 1, resourcequotas 1, serviceaccounts 1", Left());

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
