using TenantKit.Orchestration;
using Xunit;

namespace TenantKit.Testing.Contracts;

/// <summary>What every orchestrator promises about observing, listing, watching, usage, logs and one-off commands.</summary>
/// <typeparam name="THarness">The harness.</typeparam>
public abstract class OrchestratorObservationConformance<THarness> : OrchestratorSuite<THarness>
    where THarness : OrchestratorHarness, new()
{
    /// <summary>An app that ends by itself is seen with its exit code.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task ObserveAsync_AppThatEnded_TellsItsExitCode()
    {
        var spec = Spec(OrchestratorApp.ExitsWithSeven);
        await Orchestrator.EnsureAsync(spec, Token);

        var unit = await UntilAsync(spec.Unit, static unit => unit.Instances.Any(static instance => instance.State == RuntimeState.Exited));

        var ended = Assert.Single(unit.Instances);
        Assert.Equal(7, ended.ExitCode);
        Assert.NotNull(ended.ExitedAt);
        Assert.False(unit.HasCompute);
    }

    /// <summary>Many ends leave one behind, not a heap.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task ObserveAsync_AfterManyCrashes_KeepsTheLastEndedOne()
    {
        var spec = Spec(OrchestratorApp.ExitsWithSeven);
        var seen = new HashSet<string>();
        for (var i = 0; i < 4; i++)
        {
            await Orchestrator.EnsureAsync(spec, Token);
            var unit = await UntilAsync(spec.Unit, unit => unit.Instances is [.., { State: RuntimeState.Exited } last] && !seen.Contains(last.Id));
            seen.Add(unit.Instances[^1].Id);
            Assert.InRange(unit.Instances.Count, 1, 2);
        }

        Assert.Equal(4, seen.Count);
    }

    /// <summary>The list tells every unit, and nothing of what was deleted.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task ListAsync_SeveralUnits_TellsThemAll()
    {
        var awake = Spec(OrchestratorApp.Idle, tenantId: "01cccccccccccccccccccccc01");
        var asleep = Spec(OrchestratorApp.Idle, tenantId: "01cccccccccccccccccccccc02");
        var deleted = Spec(OrchestratorApp.Idle, tenantId: "01cccccccccccccccccccccc03");
        foreach (var spec in (UnitSpec[])[awake, asleep, deleted])
        {
            await RunAsync(spec);
        }

        await Orchestrator.SleepAsync(asleep.Unit, Patient, Token);
        await Orchestrator.DeleteAsync(deleted.Unit, deleteData: true, Patient, Token);

        var list = await ListAsync();

        Assert.Equal([awake.Unit, asleep.Unit], list.Select(static unit => unit.Unit).OrderBy(static unit => unit.TenantId, StringComparer.Ordinal));
        Assert.Equal([awake.Unit], list.Where(static unit => unit.HasCompute).Select(static unit => unit.Unit));
        Assert.All(list, static unit => Assert.True(unit.HasData));
    }

    /// <summary>A watcher hears of a start, an end and a deletion.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task WatchAsync_Changes_AreTold()
    {
        var spec = Spec(OrchestratorApp.Idle);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(Harness.Deadline);
        await using var events = Orchestrator.WatchAsync(limit.Token).GetAsyncEnumerator(limit.Token);

        var next = events.MoveNextAsync().AsTask();
        var instance = Assert.Single((await RunAsync(spec)).Instances);
        Assert.True(await next);
        Assert.Equal(spec.Unit.TenantId, events.Current.TenantId);

        await Harness.KillAsync(instance, Token);
        await TellAsync(async () => !(await Orchestrator.ObserveAsync(spec.Unit, Token))!.HasCompute);
        await Orchestrator.DeleteAsync(spec.Unit, deleteData: true, Patient, Token);
        await TellAsync(async () => await Orchestrator.ObserveAsync(spec.Unit, Token) is null);

        async Task TellAsync(Func<Task<bool>> isTrue)
        {
            do
            {
                Assert.True(await events.MoveNextAsync());
                Assert.Equal(spec.Unit.TenantId, events.Current.TenantId);
            }
            while (!await isTrue());
        }
    }

    /// <summary>Usage is told per live instance, and empty without compute.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task ReadUsageAsync_RunningUnit_TellsMemory()
    {
        if (!Harness.TellsUsage)
        {
            return;
        }

        var spec = Spec(OrchestratorApp.Idle, replicas: 2);
        var unit = await RunAsync(spec);

        var usage = await ReadLoadedUsageAsync(spec.Unit);

        Assert.Equal(unit.Instances.Select(static instance => instance.Id).Order(), usage.Instances.Select(static instance => instance.InstanceId).Order());
        Assert.All(usage.Instances, static instance => Assert.True(instance.MemoryBytes > 0));
        await Orchestrator.SleepAsync(spec.Unit, Patient, Token);
        Assert.Empty((await Orchestrator.ReadUsageAsync(spec.Unit, Token)).Instances);
        Assert.Empty((await Orchestrator.ReadUsageAsync(Bare(tenantId: "01nobody").Unit, Token)).Instances);
    }

    /// <summary>A program that is just being loaded has no memory yet: reads until every instance has some.</summary>
    private async Task<UnitUsage> ReadLoadedUsageAsync(UnitRef unit)
    {
        UnitUsage? usage = null;
        await UntilAsync(unit, now => now.HasCompute && usage?.Instances.All(static instance => instance.MemoryBytes > 0) == true, async () =>
            usage = await Orchestrator.ReadUsageAsync(unit, Token));
        return usage!;
    }

    /// <summary>Logs come in order, the last ones alone when asked, and outlive the instance.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task ReadLogsAsync_Lines_ComeInOrder()
    {
        var spec = Spec(OrchestratorApp.Talks);
        var instance = Assert.Single((await RunAsync(spec)).Instances);
        var followed = await ReadAsync(spec.Unit, new LogQuery { Follow = true }, count: 3);

        Assert.Equal(["line 1", "line 2", "line 3"], followed.Select(static line => line.Text));
        Assert.All(followed, line => Assert.Equal(instance.Id, line.InstanceId));
        Assert.Equal(["line 2", "line 3"], (await ReadAsync(spec.Unit, new LogQuery { Tail = 2 })).Select(static line => line.Text));
        Assert.Empty(await ReadAsync(spec.Unit, new LogQuery { Since = DateTimeOffset.MaxValue }));
        Assert.Equal(3, (await ReadAsync(spec.Unit, new LogQuery { Since = instance.CreatedAt.AddSeconds(-1) })).Count);

        await Orchestrator.SleepAsync(spec.Unit, Patient, Token);
        Assert.Equal(3, (await ReadAsync(spec.Unit, new LogQuery())).Count);
    }

    /// <summary>A follower gets lines as they are written.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task ReadLogsAsync_Follow_GoesOn()
    {
        var spec = Spec(OrchestratorApp.Ticks);
        await RunAsync(spec);

        var lines = await ReadAsync(spec.Unit, new LogQuery { Follow = true }, count: 4);

        Assert.Equal(["tick 1", "tick 2", "tick 3", "tick 4"], lines.Select(static line => line.Text));
        Assert.True(lines[^1].At >= lines[0].At);
    }

    /// <summary>A one-off command gives its exit code and output.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task RunCommandAsync_Command_GivesExitCodeAndOutput()
    {
        if (!Orchestrator.Capabilities.Commands)
        {
            return;
        }

        var result = await Orchestrator.RunCommandAsync(Spec(OrchestratorApp.Idle), Harness.HelloCommand, Token);

        Assert.Equal(3, result.ExitCode);
        Assert.Equal("hello", result.Output.Trim());
    }

    /// <summary>The capabilities say what the other tests use.</summary>
    [Fact]
    public void Capabilities_Always_AreConstantAndNamed()
    {
        Assert.Equal(Orchestrator.Capabilities, Orchestrator.Capabilities);
        Assert.True(Orchestrator.Capabilities.Replicas);
        Assert.True(Orchestrator.Capabilities.Volumes);
        Assert.NotEmpty(Orchestrator.Name);
    }
}
