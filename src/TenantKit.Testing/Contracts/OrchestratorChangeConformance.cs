using TenantKit.Orchestration;
using Xunit;

namespace TenantKit.Testing.Contracts;

/// <summary>What every orchestrator promises about changes that meet each other, are cut off, or find something half made.</summary>
/// <typeparam name="THarness">The harness.</typeparam>
public abstract class OrchestratorChangeConformance<THarness> : OrchestratorSuite<THarness>
    where THarness : OrchestratorHarness, new()
{
    /// <summary>Another app takes the place of the one before, with the same data.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task EnsureAsync_OtherApp_ReplacesItAndKeepsTheData()
    {
        var spec = Spec(OrchestratorApp.CountsStarts);
        var before = Assert.Single(Live(await RunAsync(spec)));
        await ReadAsync(spec.Unit, new LogQuery { Follow = true }, count: 1);
        await RunAsync(Spec(OrchestratorApp.Idle));

        var after = Assert.Single(Live(await RunAsync(spec)));

        Assert.NotEqual(before.Id, after.Id);
        Assert.True(after.IsCurrent);
        var lines = await ReadUntilAsync(spec.Unit, line => line.InstanceId == after.Id);
        Assert.Equal("start 2", lines[^1].Text);
    }

    /// <summary>Whenever a call is cut off, what it left is told of, and the next call converges from it.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Calls_CutOffAtAnyMoment_ConvergeWithTheNext()
    {
        var spec = Spec(OrchestratorApp.Idle, replicas: 2);
        for (var i = 0; i < 8; i++)
        {
            await CutOffAsync(i * 25, token => Orchestrator.EnsureAsync(spec, token));
            await CutOffAsync(i * 15, token => Orchestrator.SleepAsync(spec.Unit, Patient, token));
        }

        Assert.Equal(2, Live(await RunAsync(spec)).Select(static instance => instance.Endpoint).Distinct().Count());
        await CutOffAsync(30, token => Orchestrator.DeleteAsync(spec.Unit, deleteData: true, Patient, token));
        await Orchestrator.DeleteAsync(spec.Unit, deleteData: true, Patient, Token);
        Assert.Null(await Orchestrator.ObserveAsync(spec.Unit, Token));
    }

    /// <summary>A unit that is still being made is deleted like any other.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task DeleteAsync_WhileItStarts_LeavesNothing()
    {
        var spec = Spec(OrchestratorApp.Idle, replicas: 2);
        var start = Orchestrator.EnsureAsync(spec, Token);

        await Orchestrator.DeleteAsync(spec.Unit, deleteData: true, Patient, Token);
        await start;
        await Orchestrator.DeleteAsync(spec.Unit, deleteData: true, Patient, Token);

        Assert.Null(await Orchestrator.ObserveAsync(spec.Unit, Token));
        Assert.Empty(await ListAsync());
    }

    /// <summary>What is shared between instances of a unit is not shared between units.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task EnsureAsync_TwoUnits_HaveDataOfTheirOwn()
    {
        var one = Spec(OrchestratorApp.CountsStarts, tenantId: "01ddddddddddddddddddddd001");
        var other = Spec(OrchestratorApp.CountsStarts, tenantId: "01ddddddddddddddddddddd002");

        foreach (var spec in (UnitSpec[])[one, other])
        {
            await RunAsync(spec);
            Assert.Equal("start 1", Assert.Single(await ReadAsync(spec.Unit, new LogQuery { Follow = true }, count: 1)).Text);
        }

        await Orchestrator.DeleteAsync(one.Unit, deleteData: true, Patient, Token);
        Assert.Equal(other.Unit, Assert.Single(await ListAsync()).Unit);
    }

    /// <summary>An app that hangs on its end holds up nobody else.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task SleepAsync_AppThatHangs_HoldsUpNoOtherUnit()
    {
        var deaf = Spec(OrchestratorApp.IgnoresStop, tenantId: "01ddddddddddddddddddddd003");
        var other = Spec(OrchestratorApp.Idle, tenantId: "01ddddddddddddddddddddd004");
        await RunAsync(deaf);
        await ReadAsync(deaf.Unit, new LogQuery { Follow = true }, count: 1);
        var stopping = Orchestrator.SleepAsync(deaf.Unit, TimeSpan.FromSeconds(3), Token);

        await RunAsync(other);
        await Orchestrator.DeleteAsync(other.Unit, deleteData: true, Patient, Token);

        await stopping;
        Assert.False((await Orchestrator.ObserveAsync(deaf.Unit, Token))!.HasCompute);
    }

    private static async Task CutOffAsync(int milliseconds, Func<CancellationToken, Task> call)
    {
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(Token);
        cut.CancelAfter(milliseconds);
        try
        {
            await call(cut.Token);
        }
        catch (OperationCanceledException) when (!Token.IsCancellationRequested)
        {
            // Cut off, as it was meant.
        }
        catch (OrchestratorException exception) when (exception.IsTransient)
        {
            // It found what is still going from the call before.
        }
    }
}
