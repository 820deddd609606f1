using TenantKit.Orchestration;
using TenantKit.Templates;
using TenantKit.Tenants;
using Xunit;

namespace TenantKit.Testing.Contracts;

/// <summary>What every orchestrator promises about telling the truth: times, ends, images, long logs, and what commands leave behind.</summary>
/// <typeparam name="THarness">The harness.</typeparam>
public abstract class OrchestratorTruthConformance<THarness> : OrchestratorSuite<THarness>
    where THarness : OrchestratorHarness, new()
{
    private const int ManyLines = 100_000;

    /// <summary>An instance was made before it started, and started before it ended.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task ObserveAsync_AppThatEnded_TellsItsTimesInOrder()
    {
        var spec = Spec(OrchestratorApp.ExitsWithSeven);
        await Orchestrator.EnsureAsync(spec, Token);

        var ended = Assert.Single((await UntilAsync(spec.Unit, static unit => unit.Instances is [{ State: RuntimeState.Exited }])).Instances);

        Assert.True(ended.CreatedAt <= ended.StartedAt);
        Assert.True(ended.StartedAt <= ended.ExitedAt);
    }

    /// <summary>An instance that was killed is told of as ended, with an exit code that is no success where one is known.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task ObserveAsync_KilledInstance_IsNoSuccess()
    {
        var spec = Spec(OrchestratorApp.Idle, replicas: 2);
        var unit = await RunAsync(spec);

        await Harness.KillAsync(unit.Instances[0], Token);

        var after = await UntilAsync(spec.Unit, static unit => Live(unit).Count == 1);
        Assert.Equal(unit.Instances[1].Id, Assert.Single(Live(after)).Id);
        Assert.NotEqual(0, after.Instances.Single(instance => instance.Id == unit.Instances[0].Id).ExitCode ?? -1);
    }

    /// <summary>A watcher of a host that came back hears of what happens from then on.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task WatchAsync_AfterTheHostCrashed_TellsChanges()
    {
        var spec = Spec(OrchestratorApp.Idle);
        await RunAsync(spec);
        await Harness.RestartAsync();
        var instance = Assert.Single(Live(await RunAsync(spec)));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(Harness.Deadline);
        await using var events = Orchestrator.WatchAsync(limit.Token).GetAsyncEnumerator(limit.Token);

        var next = events.MoveNextAsync().AsTask();
        await Harness.KillAsync(instance, Token);

        Assert.True(await next);
        Assert.Equal(spec.Unit.TenantId, events.Current.TenantId);
    }

    /// <summary>Where images have digests, a template can be pinned to one.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task ResolveImageAsync_Image_TellsADigestThatRuns()
    {
        var spec = Spec(OrchestratorApp.Idle);

        var found = await Orchestrator.ResolveImageAsync(spec.Image, spec.Command, Token);

        Assert.True(found.Found, found.Problem);
        Assert.Equal(Orchestrator.Capabilities.ImageDigests, found.Digest is not null);
        if (found.Digest is { } digest)
        {
            await RunAsync(spec with { Image = spec.Image + "@" + digest });
        }
    }

    /// <summary>What the runtime does not declare it refuses for good, says so, and does nothing of it.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Capabilities_Undeclared_AreRefused()
    {
        var spec = Spec(OrchestratorApp.Idle);
        if (!Orchestrator.Capabilities.DedicatedDatabase)
        {
            await RefusedAsync(() => Orchestrator.EnsureAsync(spec with { Database = DatabaseMode.Dedicated }, Token));
        }

        if (!Orchestrator.Capabilities.Commands)
        {
            await RefusedAsync(() => Orchestrator.RunCommandAsync(spec, Harness.HelloCommand, Token));
        }

        Assert.Null(await Orchestrator.ObserveAsync(spec.Unit, Token));
    }

    /// <summary>Many lines come whole and in order, and the last of them without the others.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task ReadLogsAsync_HundredThousandLines_ComeInOrder()
    {
        var spec = Spec(OrchestratorApp.TalksALot);
        await RunAsync(spec);
        await UntilAsync(spec.Unit, static _ => true, async () =>
        {
            while ((await ReadAsync(spec.Unit, new LogQuery { Tail = 1 })) is not [{ Text: "line 100000" }])
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Token);
            }
        });

        var lines = await ReadAsync(spec.Unit, new LogQuery());
        Assert.Equal(Enumerable.Range(1, ManyLines).Select(static number => $"line {number}"), lines.Select(static line => line.Text));
        Assert.Equal(lines.TakeLast(500).Select(static line => line.Text), (await ReadAsync(spec.Unit, new LogQuery { Tail = 500 })).Select(static line => line.Text));
    }

    /// <summary>Who follows the logs gets those of an instance that starts meanwhile.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task ReadLogsAsync_Follow_GoesOnWithTheNextInstance()
    {
        var spec = Spec(OrchestratorApp.CountsStarts);
        await RunAsync(spec);
        var following = ReadAsync(spec.Unit, new LogQuery { Follow = true }, count: 2);
        await ReadAsync(spec.Unit, new LogQuery { Follow = true }, count: 1);

        await RunAsync(spec with { RestartEpoch = 2 });

        Assert.Equal(["start 1", "start 2"], (await following).Select(static line => line.Text));
    }

    /// <summary>A one-off command sees the unit's data, also while the unit sleeps, and leaves no compute behind.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task RunCommandAsync_UnitAsleep_SeesItsDataAndLeavesNothing()
    {
        if (!Orchestrator.Capabilities.Commands)
        {
            return;
        }

        var spec = Spec(OrchestratorApp.CountsStarts);
        await RunAsync(spec);
        await ReadAsync(spec.Unit, new LogQuery { Follow = true }, count: 1);
        await Orchestrator.SleepAsync(spec.Unit, Patient, Token);

        var result = await Orchestrator.RunCommandAsync(spec, Harness.CountCommand, Token);

        Assert.Equal((0, "1"), (result.ExitCode, result.Output.Trim()));
        Assert.False((await Orchestrator.ObserveAsync(spec.Unit, Token))!.HasCompute);
    }

    private static async Task RefusedAsync(Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<OrchestratorException>(call);
        Assert.Equal((StatusReasons.Rejected, false), (error.Reason, error.IsTransient));
        Assert.NotEmpty(error.Message);
    }

    /// <summary>A one-off command that is cancelled ends.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task RunCommandAsync_Cancelled_EndsTheCommand()
    {
        if (!Orchestrator.Capabilities.Commands)
        {
            return;
        }

        using var cut = CancellationTokenSource.CreateLinkedTokenSource(Token);
        cut.CancelAfter(TimeSpan.FromSeconds(1));
        var spec = Spec(OrchestratorApp.Idle);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Orchestrator.RunCommandAsync(spec, Harness.LongCommand, cut.Token));

        Assert.False((await Orchestrator.ObserveAsync(spec.Unit, Token))?.HasCompute ?? false);
        await Orchestrator.DeleteAsync(spec.Unit, deleteData: true, Patient, Token);
        Assert.Null(await Orchestrator.ObserveAsync(spec.Unit, Token));
    }
}
