using TenantKit.Docker.Engine;
using TenantKit.Orchestration;
using TenantKit.Tenants;
using TenantKit.Testing.Contracts;

namespace TenantKit.Docker.Tests.Engine;

/// <summary>What holds on an engine and on a swarm: what is left at rest, who owns what, and people who pull the rug.</summary>
public abstract class SharedUnitTests<THarness> : OrchestratorSuite<THarness>
    where THarness : DockerHarness, new()
{
    [Fact]
    public async Task SleepAsync_Unit_LeavesItsVolumeAndNothingElse()
    {
        var spec = Spec(OrchestratorApp.Idle, replicas: 3);
        await RunAsync(spec);
        Assert.Equal((3, 1, 1), await Harness.CountAsync());

        await Orchestrator.SleepAsync(spec.Unit, Patient, Token);
        Assert.Equal((0, 0, 1), await Harness.CountAsync());
        Assert.Equal(0, await Harness.CountOthersAsync());

        await Orchestrator.DeleteAsync(spec.Unit, deleteData: true, Patient, Token);
        Assert.Equal((0, 0, 0), await Harness.CountAsync());
    }

    [Fact]
    public async Task Watch_UnitAtRest_AsksTheEngineNothing()
    {
        await RunAsync(Spec(OrchestratorApp.Idle));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var events = Orchestrator.WatchAsync(stop.Token).GetAsyncEnumerator(stop.Token);
        var next = events.MoveNextAsync().AsTask();
        await Task.Delay(1500, Token); // whoever followed the start has seen its end

        var before = Harness.Engine.Calls;
        await Task.Delay(2000, Token);

        Assert.Equal(before, Harness.Engine.Calls);
        await stop.CancelAsync();
        await next.ContinueWith(static _ => { }, TaskScheduler.Default);
    }

    [Fact]
    public async Task DeleteAsync_ForeignVolumeOfThatName_IsLeftAlone()
    {
        var spec = Spec(OrchestratorApp.Idle, tenantId: "01volume");
        await TestEngine.RunAsync("volume", "create", UnitNames.Volume(spec.Unit.Name));
        try
        {
            Assert.Equal(StatusReasons.NameConflict, (await Assert.ThrowsAsync<OrchestratorException>(() => Orchestrator.EnsureAsync(spec, Token))).Reason);
            await Orchestrator.DeleteAsync(spec.Unit, deleteData: true, Patient, Token);
            await TestEngine.RunAsync("volume", "inspect", UnitNames.Volume(spec.Unit.Name));
        }
        finally
        {
            await TestEngine.RunAsync("volume", "rm", UnitNames.Volume(spec.Unit.Name));
        }
    }

    [Fact]
    public async Task EnsureAsync_UnknownCommand_IsToldOf()
    {
        var spec = Bare() with { Image = TestEngine.Shell, Command = ["/bin/nope"] };
        string? told = null;
        try
        {
            await Orchestrator.EnsureAsync(spec, Token);
            told = (await UntilAsync(spec.Unit, static unit => unit.Instances is [{ State: RuntimeState.Exited }])).Instances[0].Reason;
        }
        catch (OrchestratorException exception)
        {
            told = exception.Reason; // an engine without an init finds out at once
        }

        Assert.Equal(StatusReasons.CommandNotFound, told);
    }

    [Fact]
    public async Task Calls_OutdatedToken_AreRefusedByAnotherHostToo()
    {
        var spec = Spec(OrchestratorApp.Idle) with { FencingToken = 7 };
        await RunAsync(spec);
        await Harness.RestartAsync();

        await Assert.ThrowsAsync<StaleTokenException>(() => Orchestrator.EnsureAsync(spec with { FencingToken = 6, Replicas = 2 }, Token));
        await Assert.ThrowsAsync<StaleTokenException>(() => Orchestrator.SleepAsync(spec.Unit, Patient, 6, Token));
        Assert.Single(Live((await Orchestrator.ObserveAsync(spec.Unit, Token))!));
    }

    [Theory]
    [InlineData("stop", "-t", "1")]
    [InlineData("kill")]
    [InlineData("rm", "-f")]
    public async Task Rug_InstancePulledAway_IsToldOfAndReplaced(params string[] command)
    {
        var spec = Spec(OrchestratorApp.CountsStarts);
        var before = Assert.Single((await RunAsync(spec)).Instances);
        await ReadAsync(spec.Unit, new LogQuery { Follow = true }, count: 1);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        await using var events = Orchestrator.WatchAsync(limit.Token).GetAsyncEnumerator(limit.Token);
        var next = events.MoveNextAsync().AsTask();
        await Task.Delay(100, Token);

        await TestEngine.RunAsync([.. command, await Harness.FindAsync(before.Id, Token)]);

        Assert.True(await next);
        await UntilAsync(spec.Unit, static unit => Live(unit).Count == 0);
        var after = Assert.Single(Live(await RunAsync(spec)));
        Assert.Equal("start 2", (await ReadUntilAsync(spec.Unit, line => line.InstanceId == after.Id))[^1].Text);
    }

    [Fact]
    public async Task Rug_EngineGoneForAWhile_ToldWhenItIsBackAndWhatHappenedMeanwhile()
    {
        var spec = Spec(OrchestratorApp.Idle);
        await using var relay = new EngineRelay(Harness.Engine.Endpoint);
        Harness.Configure = options => options.Endpoint = relay.Address;
        await Harness.RestartAsync();
        var container = await Harness.FindAsync(Assert.Single((await RunAsync(spec)).Instances).Id, Token);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        var told = ToldAsync();
        await Task.Delay(100, Token);

        relay.TakeAway();
        Assert.Equal(StatusReasons.OrchestratorUnavailable, (await Assert.ThrowsAsync<OrchestratorException>(() => Orchestrator.EnsureAsync(spec, Token))).Reason);
        await TestEngine.RunAsync("kill", container);
        Assert.False(told.IsCompleted);
        relay.BringBack();

        await told;
        await RunAsync(spec);
        Harness.Configure = static _ => { };
        await Harness.RestartAsync();

        async Task ToldAsync()
        {
            HashSet<UnitEvent> missing = [UnitEvent.RuntimeIsBack, new(spec.Unit.TenantId)];
            await foreach (var change in Orchestrator.WatchAsync(limit.Token))
            {
                missing.Remove(change);
                if (missing.Count == 0)
                {
                    return;
                }
            }

            Assert.Empty(missing);
        }
    }

    [Fact]
    public async Task Rug_PausedInstance_SleepsAndWakes()
    {
        var spec = Spec(OrchestratorApp.Idle);
        await TestEngine.RunAsync("pause", await Harness.FindAsync(Assert.Single((await RunAsync(spec)).Instances).Id, Token));

        await Orchestrator.SleepAsync(spec.Unit, Patient, Token);

        Assert.Equal((0, 0, 1), await Harness.CountAsync());
        await RunAsync(spec);
    }

    [Fact]
    public async Task Rug_ImageRemoved_IsAReasonAndNoLoss()
    {
        var image = "tenantkit/test-rug:" + Harness.Engine.Installation;
        await TestEngine.RunAsync("tag", TestEngine.Shell, image);
        var spec = Spec(OrchestratorApp.Idle) with { Image = image };
        await RunAsync(spec);
        await Orchestrator.SleepAsync(spec.Unit, Patient, Token);
        await TestEngine.RunAsync("rmi", image);

        var error = await Assert.ThrowsAsync<OrchestratorException>(() => Orchestrator.EnsureAsync(spec, Token));

        Assert.Equal(StatusReasons.ImageNotFound, error.Reason);
        Assert.True((await Orchestrator.ObserveAsync(spec.Unit, Token))!.HasData);
    }

    [Fact]
    public async Task Watch_EngineAway_TriesAgainAndTheCallsSayWhy()
    {
        Harness.Configure = static options => options.Endpoint = "unix:///tmp/tenantkit-no-engine.sock";
        await Harness.RestartAsync();

        var error = await Assert.ThrowsAsync<OrchestratorException>(() => Orchestrator.ObserveAsync(Bare().Unit, Token));

        Assert.Equal((StatusReasons.OrchestratorUnavailable, true), (error.Reason, error.IsTransient));
        Harness.Configure = static _ => { };
        await Harness.RestartAsync();
    }
}
