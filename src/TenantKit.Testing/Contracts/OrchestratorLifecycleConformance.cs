using TenantKit.Orchestration;
using TenantKit.Tenants;
using Xunit;

namespace TenantKit.Testing.Contracts;

/// <summary>What every orchestrator promises about starting, changing, sleeping and deleting units.</summary>
/// <typeparam name="THarness">The harness.</typeparam>
public abstract class OrchestratorLifecycleConformance<THarness> : OrchestratorSuite<THarness>
    where THarness : OrchestratorHarness, new()
{
    /// <summary>A new unit gets its instances, each with an id and an address of its own.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task EnsureAsync_NewUnit_RunsAsManyInstancesAsWanted()
    {
        var unit = await RunAsync(Spec(OrchestratorApp.Idle, replicas: 3));

        Assert.Equal(3, unit.Instances.Select(static instance => instance.Id).Distinct().Count());
        Assert.Equal(3, unit.Instances.Select(static instance => instance.Endpoint).Distinct().Count());
        Assert.All(unit.Instances, static instance => Assert.True(System.Net.IPEndPoint.TryParse(instance.Endpoint!, out _)));
        Assert.All(unit.Instances, static instance => Assert.NotNull(instance.StartedAt));
        Assert.True(unit.HasData);
    }

    /// <summary>Where the runtime fences, a caller with an outdated token is refused, also after the unit is gone, and one without a token never is.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Calls_OutdatedToken_AreRefusedWithoutEffect()
    {
        if (!Orchestrator.Capabilities.Fencing)
        {
            return;
        }

        var spec = Spec(OrchestratorApp.Idle);
        var before = await RunAsync(spec with { FencingToken = 7 });

        await Assert.ThrowsAsync<StaleTokenException>(() => Orchestrator.EnsureAsync(spec with { FencingToken = 6, Replicas = 2 }, Token));
        await Assert.ThrowsAsync<StaleTokenException>(() => Orchestrator.SleepAsync(spec.Unit, Patient, 6, Token));
        await Assert.ThrowsAsync<StaleTokenException>(() => Orchestrator.DeleteAsync(spec.Unit, true, Patient, 6, Token));
        Assert.Equal(before.Instances[0].Id, Assert.Single((await Orchestrator.ObserveAsync(spec.Unit, Token))!.Instances).Id);

        await Orchestrator.EnsureAsync(spec, Token);
        await Orchestrator.DeleteAsync(spec.Unit, true, Patient, 8, Token);
        await Assert.ThrowsAsync<StaleTokenException>(() => Orchestrator.EnsureAsync(spec with { FencingToken = 7 }, Token));
        Assert.Null(await Orchestrator.ObserveAsync(spec.Unit, Token));
    }

    /// <summary>Ensuring again changes nothing.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task EnsureAsync_Again_KeepsTheSameInstances()
    {
        var spec = Spec(OrchestratorApp.Idle, replicas: 2);
        var before = await RunAsync(spec);

        for (var i = 0; i < 5; i++)
        {
            var after = await Orchestrator.EnsureAsync(spec, Token);
            Assert.Equal(before.Instances.Select(static instance => instance.Id), after.Instances.Select(static instance => instance.Id));
        }
    }

    /// <summary>Calls that overlap start no instance too many.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task EnsureAsync_WhileAnotherRuns_StartsOnce()
    {
        var spec = Spec(OrchestratorApp.Idle);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Orchestrator.EnsureAsync(spec, Token), Token)));

        Assert.Single((await RunAsync(spec)).Instances);
    }

    /// <summary>The number of instances follows the specification, and those that stay are the same.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task EnsureAsync_OtherReplicas_AddsAndRemoves()
    {
        var one = await RunAsync(Spec(OrchestratorApp.Idle, replicas: 1));
        var three = await RunAsync(Spec(OrchestratorApp.Idle, replicas: 3));
        Assert.Contains(one.Instances[0].Id, three.Instances.Select(static instance => instance.Id));

        var left = Assert.Single(Live(await RunAsync(Spec(OrchestratorApp.Idle, replicas: 1))));
        Assert.Contains(left.Id, three.Instances.Select(static instance => instance.Id));

        Assert.Empty(Live(await RunAsync(Spec(OrchestratorApp.Idle, replicas: 0))));
    }

    /// <summary>A newer restart epoch replaces every instance.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task EnsureAsync_NewerEpoch_ReplacesInstances()
    {
        var spec = Spec(OrchestratorApp.Idle, replicas: 2);
        var before = await RunAsync(spec);

        var after = await RunAsync(spec with { RestartEpoch = 2 });

        Assert.Empty(Live(before).Select(static instance => instance.Id).Intersect(Live(after).Select(static instance => instance.Id)));
        Assert.All(Live(after), static instance => Assert.Equal(2, instance.RestartEpoch));
    }

    /// <summary>Changed settings replace every instance.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task EnsureAsync_OtherSettings_ReplacesInstances()
    {
        var spec = Spec(OrchestratorApp.Idle);
        var before = await RunAsync(spec);

        var changed = spec with { Environment = new Dictionary<string, string> { ["COLOUR"] = "blue" } };
        var after = await RunAsync(changed);
        Assert.NotEqual(Assert.Single(Live(before)).Id, Assert.Single(Live(after)).Id);

        var larger = await RunAsync(changed with { Resources = changed.Resources with { CpuMillicores = 2000, MemoryBytes = 3L << 30 } });
        Assert.Equal(Orchestrator.Capabilities.ResizeInPlace, Assert.Single(Live(after)).Id == Assert.Single(Live(larger)).Id);
    }

    /// <summary>An instance that ended is replaced by the next ensure.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task EnsureAsync_EndedInstance_IsReplaced()
    {
        var spec = Spec(OrchestratorApp.Idle);
        var first = Assert.Single((await RunAsync(spec)).Instances);
        await Harness.KillAsync(first, Token);
        await UntilAsync(spec.Unit, static unit => Live(unit).Count == 0);

        var second = Assert.Single(Live(await RunAsync(spec)));
        Assert.NotEqual(first.Id, second.Id);
    }

    /// <summary>Sleep ends all compute and keeps the data; a wake finds it.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task SleepAsync_RunningUnit_EndsComputeAndKeepsData()
    {
        var spec = Spec(OrchestratorApp.CountsStarts);
        await RunAsync(spec);
        Assert.Equal("start 1", Assert.Single(await ReadAsync(spec.Unit, new LogQuery { Follow = true }, count: 1)).Text);

        await Orchestrator.SleepAsync(spec.Unit, Patient, Token);
        var asleep = await Orchestrator.ObserveAsync(spec.Unit, Token);
        Assert.NotNull(asleep);
        Assert.False(asleep.HasCompute);
        Assert.True(asleep.HasData);
        await Orchestrator.SleepAsync(spec.Unit, Patient, Token);

        var woken = Assert.Single(Live(await RunAsync(spec)));
        var lines = await ReadAsync(spec.Unit, new LogQuery { Follow = true }, count: 2);
        Assert.Equal("start 2", lines.Single(line => line.InstanceId == woken.Id).Text);
    }

    /// <summary>An app that ignores the request to stop is killed after the grace period.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task SleepAsync_AppThatIgnoresIt_IsKilledAfterTheGracePeriod()
    {
        var spec = Spec(OrchestratorApp.IgnoresStop);
        await RunAsync(spec);
        await ReadAsync(spec.Unit, new LogQuery { Follow = true }, count: 1);

        await Orchestrator.SleepAsync(spec.Unit, TimeSpan.FromMilliseconds(200), Token);

        Assert.False((await Orchestrator.ObserveAsync(spec.Unit, Token))!.HasCompute);
    }

    /// <summary>Deleting with data leaves nothing, and may be repeated.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task DeleteAsync_WithData_LeavesNothing()
    {
        var spec = Spec(OrchestratorApp.CountsStarts);
        await RunAsync(spec);
        await ReadAsync(spec.Unit, new LogQuery { Follow = true }, count: 1);

        await Orchestrator.DeleteAsync(spec.Unit, deleteData: true, Patient, Token);
        await Orchestrator.DeleteAsync(spec.Unit, deleteData: true, Patient, Token);

        Assert.Null(await Orchestrator.ObserveAsync(spec.Unit, Token));
        Assert.Empty(await ReadAsync(spec.Unit, new LogQuery()));
        await RunAsync(spec);
        Assert.Equal("start 1", Assert.Single(await ReadAsync(spec.Unit, new LogQuery { Follow = true }, count: 1)).Text);
    }

    /// <summary>Deleting without data keeps it for a later unit of the same name.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task DeleteAsync_WithoutData_KeepsIt()
    {
        var spec = Spec(OrchestratorApp.CountsStarts);
        await RunAsync(spec);
        await ReadAsync(spec.Unit, new LogQuery { Follow = true }, count: 1);

        await Orchestrator.DeleteAsync(spec.Unit, deleteData: false, Patient, Token);

        var left = await Orchestrator.ObserveAsync(spec.Unit, Token);
        Assert.True(left is { HasCompute: false, HasData: true });
        var again = Assert.Single(Live(await RunAsync(spec)));
        Assert.Contains(await ReadAsync(spec.Unit, new LogQuery { Follow = true }, count: 1), line => line.Text == "start 2" && line.InstanceId == again.Id);
    }

    /// <summary>What is not there is asleep and deleted already.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task DeleteAsync_UnknownUnit_IsNoError()
    {
        var unit = Bare().Unit;

        await Orchestrator.SleepAsync(unit, Patient, Token);
        await Orchestrator.DeleteAsync(unit, deleteData: true, Patient, Token);

        Assert.Null(await Orchestrator.ObserveAsync(unit, Token));
    }

    /// <summary>A missing image is a lasting error with its reason, and leaves nothing half made.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task EnsureAsync_UnknownImage_FailsForGoodAndLeavesNothing()
    {
        var spec = Harness.DescribeMissing(Bare());

        var error = await Assert.ThrowsAsync<OrchestratorException>(() => Orchestrator.EnsureAsync(spec, Token));

        Assert.Equal(StatusReasons.ImageNotFound, error.Reason);
        Assert.False(error.IsTransient);
        Assert.False((await Orchestrator.ResolveImageAsync(spec.Image, spec.Command, Token)).Found);
        Assert.False((await Orchestrator.ObserveAsync(spec.Unit, Token))?.HasCompute ?? false);
    }

    /// <summary>A cancelled call throws, and the next one converges.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task SleepAsync_Cancelled_StillStopsWhatWasAsked()
    {
        var spec = Spec(OrchestratorApp.Idle);
        await RunAsync(spec);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Orchestrator.SleepAsync(spec.Unit, Patient, cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Orchestrator.EnsureAsync(spec, cancelled.Token));

        await Orchestrator.SleepAsync(spec.Unit, Patient, Token);
        Assert.False((await Orchestrator.ObserveAsync(spec.Unit, Token))!.HasCompute);
    }

    /// <summary>Fifty units start at once, none in the way of another.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task EnsureAsync_FiftyUnitsAtOnce_AllRun()
    {
        var specs = Enumerable.Range(0, 50).Select(i => Spec(OrchestratorApp.Idle, tenantId: $"01bbbbbbbbbbbbbbbbbbbbbb{i:00}")).ToList();

        var units = await Task.WhenAll(specs.Select(RunAsync));

        Assert.Equal(50, units.SelectMany(static unit => unit.Instances).Select(static instance => instance.Endpoint).Distinct().Count());
        await Task.WhenAll(specs.Select(spec => Orchestrator.DeleteAsync(spec.Unit, deleteData: true, Patient, Token)));
    }

    /// <summary>The longest names work.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task EnsureAsync_LongestNames_Run()
    {
        var spec = Spec(OrchestratorApp.Idle, tenantId: "7zzzzzzzzzzzzzzzzzzzzzzzzz") with { TenantName = new string('a', 40) };

        await RunAsync(spec);

        Assert.Equal(spec.Unit, (await Orchestrator.ObserveAsync(spec.Unit, Token))!.Unit);
    }

    /// <summary>After a crash of the host its successor finds the same instances, or none, and converges.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task EnsureAsync_AfterTheHostCrashed_AdoptsWhatRuns()
    {
        var spec = Spec(OrchestratorApp.Idle, replicas: 2);
        var before = await RunAsync(spec);

        await Harness.RestartAsync();

        var after = await RunAsync(spec);
        Assert.Equal(before.Instances.Select(static instance => (instance.Id, instance.Endpoint)), after.Instances.Select(static instance => (instance.Id, instance.Endpoint)));
        await Orchestrator.SleepAsync(spec.Unit, Patient, Token);
        Assert.False((await Orchestrator.ObserveAsync(spec.Unit, Token))!.HasCompute);
    }
}
