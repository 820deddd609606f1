using TenantKit.Kubernetes.Tests.Emulator;
using TenantKit.Orchestration;
using TenantKit.Templates;
using TenantKit.Tenants;

namespace TenantKit.Kubernetes.Tests;

/// <summary>Objects of a unit that somebody removed by hand: what can be made anew is, and lost data is told instead of replaced.</summary>
public sealed class PulledAwayTests : KubernetesTest
{
    [Fact]
    public async Task Namespace_PulledAway_IsMadeAnew()
    {
        var spec = Spec();
        var before = await RunAsync(spec);
        Cluster.Delete("namespaces", "", SpaceOf(spec));
        await ObservedAsync(spec, static unit => !unit.HasCompute);

        var after = await UntilAsync(async () =>
        {
            try
            {
                return await Orchestrator.EnsureAsync(spec, Token);
            }
            catch (OrchestratorException exception) when (exception.IsTransient)
            {
                return new UnitObservation(spec.Unit, [], false);
            }
        }, static unit => unit.Instances.Any(static instance => instance.State == RuntimeState.Running));

        Assert.NotEqual(before.Instances[0].Id, after.Instances[^1].Id);
    }

    [Theory]
    [InlineData(DatabaseMode.Embedded)]
    [InlineData(DatabaseMode.Dedicated)]
    public async Task Namespace_PulledAwayFromATenantThatWasMade_IsDataLost(DatabaseMode database)
    {
        var spec = Spec(database: database);
        await RunAsync(spec);
        Cluster.Delete("namespaces", "", SpaceOf(spec));
        await ObservedAsync(spec, static unit => !unit.HasCompute);
        spec = spec with { WasMade = true };

        var error = await UntilAsync(
            () => Assert.ThrowsAsync<OrchestratorException>(() => Orchestrator.EnsureAsync(spec, Token)), static error => error.Reason != StatusReasons.OrchestratorUnavailable);
        await Harness.RestartAsync();
        var again = await Assert.ThrowsAsync<OrchestratorException>(() => Orchestrator.EnsureAsync(spec, Token));

        Assert.Equal((StatusReasons.DataLost, StatusReasons.DataLost), (error.Reason, again.Reason));
        Assert.Contains($"in the namespace '{SpaceOf(spec)}' is gone. It is not replaced by an empty one; restore it, or delete the tenant.", error.Message, StringComparison.Ordinal);
        Assert.Empty(Cluster.List("pods"));
        Assert.Empty(Cluster.List("persistentvolumeclaims"));
        await Orchestrator.DeleteAsync(spec.Unit, true, Patient, Token);
        Assert.Null(Cluster.Get("namespaces", "", SpaceOf(spec)));
    }

    [Fact]
    public async Task Namespace_PulledAwayAndItsVolumeRestored_RunsAgain()
    {
        var spec = Spec();
        await RunAsync(spec);
        Cluster.Delete("namespaces", "", SpaceOf(spec));
        await ObservedAsync(spec, static unit => !unit.HasCompute);
        spec = spec with { WasMade = true };
        await UntilAsync(() => Assert.ThrowsAsync<OrchestratorException>(() => Orchestrator.EnsureAsync(spec, Token)), static error => error.Reason == StatusReasons.DataLost);
        await UntilAsync(() => Task.FromResult(Record.Exception(() => Cluster.Make("persistentvolumeclaims", new()
        {
            ["metadata"] = new System.Text.Json.Nodes.JsonObject { ["namespace"] = SpaceOf(spec), ["name"] = "data" },
            ["spec"] = new System.Text.Json.Nodes.JsonObject { ["resources"] = new System.Text.Json.Nodes.JsonObject { ["requests"] = new System.Text.Json.Nodes.JsonObject { ["storage"] = "10Gi" } } },
        }))), static error => error is null);

        await RunAsync(spec);
    }

    [Fact]
    public async Task Record_PulledAwayFromATenantThatWasMade_IsMadeAnew()
    {
        var spec = Spec(EmulatedApps.Counts);
        await RunAsync(spec);
        await Orchestrator.SleepAsync(spec.Unit, Patient, Token);
        Cluster.Delete("serviceaccounts", SpaceOf(spec), "app");
        await Harness.RestartAsync();

        await RunAsync(spec with { WasMade = true });

        Assert.Single(Cluster.List("persistentvolumeclaims"));
    }

    [Fact]
    public async Task Database_RemovedByHand_IsPutBackByARestart()
    {
        var spec = Spec(database: DatabaseMode.Dedicated);
        await RunAsync(spec);
        foreach (var plural in (string[])["statefulsets", "services", "secrets"])
        {
            Cluster.Delete(plural, SpaceOf(spec), "db");
        }

        Cluster.Delete("pods", SpaceOf(spec), "db-0");
        await UntilAsync(() => Task.FromResult(Cluster.Get("pods", SpaceOf(spec), "db-0")), static pod => pod is null);

        await RunAsync(spec with { RestartEpoch = 2 });

        Assert.NotNull(Cluster.Get("statefulsets", SpaceOf(spec), "db"));
        Assert.NotNull(Cluster.Get("services", SpaceOf(spec), "db"));
        Assert.NotNull(Cluster.Get("secrets", SpaceOf(spec), "db"));
    }

    [Fact]
    public async Task DatabaseAddress_RemovedByHand_IsPutBackByARestart()
    {
        var spec = Spec(database: DatabaseMode.Dedicated);
        await RunAsync(spec);
        var server = Cluster.Get("pods", SpaceOf(spec), "db-0").Text("metadata", "uid");
        Cluster.Delete("services", SpaceOf(spec), "db");

        await RunAsync(spec with { RestartEpoch = 2 });

        Assert.NotNull(Cluster.Get("services", SpaceOf(spec), "db"));
        Assert.Equal(server, Cluster.Get("pods", SpaceOf(spec), "db-0").Text("metadata", "uid"));
    }

    [Fact]
    public async Task Volume_PulledAway_IsNeverReplacedByAnEmptyOne()
    {
        var spec = Spec(EmulatedApps.Counts);
        await RunAsync(spec);
        await Orchestrator.SleepAsync(spec.Unit, Patient, Token);
        Cluster.Delete("persistentvolumeclaims", SpaceOf(spec), "data");

        await Orchestrator.EnsureAsync(spec, Token);

        var stuck = await ObservedAsync(spec, static unit => unit.Instances is [{ Reason: not StatusReasons.None }]);
        Assert.Equal(StatusReasons.DataLost, stuck.Instances[0].Reason);
        Assert.Empty(Cluster.List("persistentvolumeclaims"));
    }

    [Fact]
    public async Task DatabaseVolume_PulledAwayWhileAsleep_IsNeverReplacedByAnEmptyOne()
    {
        var spec = Spec(database: DatabaseMode.Dedicated);
        await RunAsync(spec);
        await Orchestrator.SleepAsync(spec.Unit, Patient, Token);
        Cluster.Delete("persistentvolumeclaims", SpaceOf(spec), "data-db-0");

        var error = await Assert.ThrowsAsync<OrchestratorException>(() => Orchestrator.EnsureAsync(spec, Token));
        var again = await Assert.ThrowsAsync<OrchestratorException>(() => Orchestrator.EnsureAsync(spec, Token));

        Assert.Equal((StatusReasons.DataLost, StatusReasons.DataLost), (error.Reason, again.Reason));
        Assert.Equal($"The volume 'data-db-0' in the namespace '{SpaceOf(spec)}' is gone. It is not replaced by an empty one; restore it, or delete the tenant.", error.Message);
        Assert.Empty(Cluster.List("statefulsets"));
        Assert.Single(Cluster.List("persistentvolumeclaims"));
    }

    [Fact]
    public async Task DatabaseVolume_PulledAwayWhileAwake_BecomesNoNewDatabase()
    {
        var spec = Spec(database: DatabaseMode.Dedicated);
        await RunAsync(spec);
        await Orchestrator.SleepAsync(spec.Unit, Patient, Token);
        await RunAsync(spec);
        Cluster.Delete("persistentvolumeclaims", SpaceOf(spec), "data-db-0");
        Cluster.Delete("pods", SpaceOf(spec), "db-0");

        var stuck = await UntilAsync(() => Task.FromResult(Cluster.Get("pods", SpaceOf(spec), "db-0")), static pod => pod is not null && pod.Items("status", "containerStatuses").Any(static status => status.Text("state", "waiting", "reason") == "CrashLoopBackOff"));

        var told = await UntilAsync(() => Orchestrator.EnsureAsync(spec with { RestartEpoch = 2 }, Token), static unit => unit.Instances.Any(static instance => instance.Reason == StatusReasons.CrashLoop));
        Assert.Contains("It waits for its database, which does not start: back-off 10s", told.Instances[^1].Message, StringComparison.Ordinal);
        Assert.Contains("Database is uninitialized", stuck!.Items("status", "containerStatuses").First().Text("state", "waiting", "message"), StringComparison.Ordinal);
    }
}
