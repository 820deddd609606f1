using System.Globalization;
using TenantKit.Orchestration;
using TenantKit.Tenants;
using Xunit;

namespace TenantKit.Testing.Contracts;

/// <summary>What an orchestrator promises by its capabilities: limits that hold, and units that cannot reach each other. Without them there is nothing to check.</summary>
/// <typeparam name="THarness">The harness.</typeparam>
public abstract class OrchestratorLimitsConformance<THarness> : OrchestratorSuite<THarness>
    where THarness : OrchestratorHarness, new()
{
    private static readonly ResourceLimits Small = new(250, 64L << 20, 1L << 30);

    /// <summary>An app that takes more memory than its size is killed, and the reason is told.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task EnforcesLimits_AppThatEatsMemory_IsKilledForIt()
    {
        if (!Orchestrator.Capabilities.EnforcesLimits)
        {
            return;
        }

        var spec = Spec(OrchestratorApp.EatsMemory) with { Resources = Small };
        await Orchestrator.EnsureAsync(spec, Token);

        // A runtime may hear of the end before it hears why.
        var unit = await UntilAsync(spec.Unit, static unit => unit.Instances is [{ State: RuntimeState.Exited, Reason: not StatusReasons.None }]);

        Assert.Equal(StatusReasons.OutOfMemory, unit.Instances[0].Reason);
    }

    /// <summary>An app that wants all of a core gets its share.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task EnforcesLimits_AppThatBurnsCpu_GetsItsShare()
    {
        if (!Orchestrator.Capabilities.EnforcesLimits || !Harness.TellsUsage)
        {
            return;
        }

        var spec = Spec(OrchestratorApp.BurnsCpu) with { Resources = Small };
        await RunAsync(spec);
        await Orchestrator.ReadUsageAsync(spec.Unit, Token);
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, Token);

        var used = Assert.Single((await Orchestrator.ReadUsageAsync(spec.Unit, Token)).Instances);

        Assert.InRange(used.CpuMillicores, 25, Small.CpuMillicores * 5 / 4);
    }

    /// <summary>An app cannot start processes without end.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task EnforcesLimits_AppThatForks_IsStopped()
    {
        if (!Orchestrator.Capabilities.EnforcesLimits || !Harness.LimitsProcesses)
        {
            return;
        }

        var spec = Spec(OrchestratorApp.Forks);
        await RunAsync(spec);

        var lines = await ReadUntilAsync(spec.Unit, static line => line.Text.StartsWith("processes ", StringComparison.Ordinal));

        Assert.InRange(int.Parse(lines[^1].Text["processes ".Length..], CultureInfo.InvariantCulture), 1, 999);
    }

    /// <summary>A new size reaches an instance that lives.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task ResizeInPlace_LivingInstance_GetsItsNewShare()
    {
        if (!Orchestrator.Capabilities.ResizeInPlace || !Orchestrator.Capabilities.EnforcesLimits || !Harness.TellsUsage)
        {
            return;
        }

        var spec = Spec(OrchestratorApp.BurnsCpu) with { Resources = Small };
        var before = Assert.Single(Live(await RunAsync(spec)));
        await RunAsync(spec with { Resources = Small with { CpuMillicores = 100, MemoryBytes = Small.MemoryBytes * 2 } });
        await Orchestrator.ReadUsageAsync(spec.Unit, Token);
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, Token);

        var used = Assert.Single((await Orchestrator.ReadUsageAsync(spec.Unit, Token)).Instances);

        Assert.Equal(before.Id, used.InstanceId);
        Assert.InRange(used.CpuMillicores, 10, 140);
    }

    /// <summary>A unit reaches its own instances, and no other unit's.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task NetworkIsolation_OtherUnit_CannotBeReached()
    {
        if (!Orchestrator.Capabilities.NetworkIsolation || !Orchestrator.Capabilities.Commands)
        {
            return;
        }

        var mine = Spec(OrchestratorApp.Listens, tenantId: "01eeeeeeeeeeeeeeeeeeeee001");
        var other = Spec(OrchestratorApp.Listens, tenantId: "01eeeeeeeeeeeeeeeeeeeee002");
        var own = Assert.Single(Live(await RunAsync(mine))).Endpoint!;
        var foreign = Assert.Single(Live(await RunAsync(other))).Endpoint!;

        CommandResult? reached = null;
        await UntilAsync(mine.Unit, _ => reached?.ExitCode == 0, async () => reached = await Orchestrator.RunCommandAsync(mine, Harness.ConnectCommand(own), Token));
        Assert.NotEqual(0, (await Orchestrator.RunCommandAsync(mine, Harness.ConnectCommand(foreign), Token)).ExitCode);
    }
}
