using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TenantKit.Docker.Engine;
using TenantKit.Orchestration;
using TenantKit.Tenants;
using TenantKit.Testing.Contracts;

namespace TenantKit.Docker.Tests.Engine;

/// <summary>What is Docker's own: what is left at rest, who owns what, and people who pull the rug.</summary>
public sealed class DockerUnitTests : OrchestratorSuite<DockerHarness>
{
    [Fact]
    public async Task EnsureAsync_NewUnit_TakesFewCalls()
    {
        var spec = Spec(OrchestratorApp.Idle);
        await RunAsync(spec);
        await Orchestrator.DeleteAsync(spec.Unit, deleteData: true, Patient, Token); // the engine is known now
        var before = Harness.Engine.Calls;

        await Orchestrator.EnsureAsync(spec, Token);

        Assert.InRange(Harness.Engine.Calls - before, 1, 12);
    }

    [Fact]
    public async Task EnsureAsync_ForeignContainerOfThatName_IsRefusedAndLeftAlone()
    {
        var spec = Spec(OrchestratorApp.Idle, tenantId: "01foreign");
        await TestEngine.RunAsync("create", "--name", UnitNames.Instance(spec.Unit.Name, 1), TestEngine.Shell, "sleep", "1");
        try
        {
            var error = await Assert.ThrowsAsync<OrchestratorException>(() => Orchestrator.EnsureAsync(spec, Token));

            Assert.Equal(StatusReasons.NameConflict, error.Reason);
            await TestEngine.RunAsync("inspect", UnitNames.Instance(spec.Unit.Name, 1));
        }
        finally
        {
            await TestEngine.RunAsync("rm", "-f", UnitNames.Instance(spec.Unit.Name, 1));
        }
    }

    [Fact]
    public async Task EnsureAsync_SomebodyHasTheRange_InstanceKnowsTheAddressOfAnother()
    {
        var spec = Spec(OrchestratorApp.Idle) with { Environment = new Dictionary<string, string> { ["TENANTKIT_REGISTRATION_URL"] = "http://127.0.0.1:5200" } };
        var options = Harness.Services.GetRequiredService<IOptions<DockerOptions>>().Value;
        var range = new SubnetPool(options.Subnets, options.SubnetPrefix).InOrderOf(spec.Unit.Name).First();
        var foreign = "foreign-" + spec.Unit.Name;
        await TestEngine.RunAsync("network", "create", "--subnet", range.ToString(), foreign);
        try
        {
            var instance = Assert.Single((await RunAsync(spec)).Instances);

            var gateway = await TestEngine.RunAsync("network", "inspect", "--format", "{{(index .IPAM.Config 0).Gateway}}", UnitNames.Network(spec.Unit.Name));
            var environment = await TestEngine.RunAsync("inspect", "--format", "{{json .Config.Env}}", await Harness.FindAsync(instance.Id, Token));
            Assert.NotEqual(SubnetPool.Gateway(range).ToString(), gateway);
            Assert.Contains($"http://{gateway}:", environment, StringComparison.Ordinal);
            Assert.DoesNotContain($"http://{SubnetPool.Gateway(range)}:", environment, StringComparison.Ordinal);
            Assert.Equal(1, (await Harness.CountAsync()).Containers);
        }
        finally
        {
            await TestEngine.RunAsync("network", "rm", foreign);
        }
    }

    [Fact]
    public async Task Rug_NetworkTakenAway_IsMadeAnew()
    {
        var spec = Spec(OrchestratorApp.Idle);
        var before = Assert.Single((await RunAsync(spec)).Instances);
        await TestEngine.RunAsync("network", "disconnect", "-f", UnitNames.Network(spec.Unit.Name), await Harness.FindAsync(before.Id, Token));
        await TestEngine.RunAsync("network", "rm", UnitNames.Network(spec.Unit.Name));

        var after = Assert.Single(Live(await RunAsync(spec)));

        Assert.NotEqual(before.Id, after.Id);
        Assert.NotNull(after.Endpoint);
    }

    [Fact]
    public async Task ListAsync_NetworkLeftBehind_IsRemovedOnceItIsOld()
    {
        var spec = Spec(OrchestratorApp.Idle);
        await RunAsync(spec);
        foreach (var instance in (await Orchestrator.ObserveAsync(spec.Unit, Token))!.Instances)
        {
            await TestEngine.RunAsync("rm", "-f", await Harness.FindAsync(instance.Id, Token));
        }

        await ListAsync();
        Assert.Equal(1, (await Harness.CountAsync()).Networks); // it may be about to be used

        Harness.Clock.Ahead = TimeSpan.FromMinutes(2);
        await ListAsync();
        Assert.Equal(0, (await Harness.CountAsync()).Networks);
    }

    [Fact]
    public async Task ReadUsageAsync_Volume_TellsItsSize()
    {
        var spec = Bare() with { Image = TestEngine.Shell, Command = DockerHarness.Shell("dd if=/dev/zero of=$TENANTKIT_DATA_DIR/file bs=1M count=3 2>/dev/null; echo written; exec sleep 600") };
        await RunAsync(spec);
        await ReadAsync(spec.Unit, new LogQuery { Follow = true }, count: 1);

        Assert.InRange((await Orchestrator.ReadUsageAsync(spec.Unit, Token)).StorageBytes, 3L << 20, 4L << 20);
    }

    [Fact]
    public async Task Rug_VolumeFilled_IsAReasonAndTheRunningInstanceStays()
    {
        Harness.Configure = static options =>
        {
            options.VolumeOptions["type"] = "tmpfs";
            options.VolumeOptions["device"] = "tmpfs";
            options.VolumeOptions["o"] = "size=1m";
        };
        await Harness.RestartAsync();
        var spec = Bare() with { Image = TestEngine.Shell, Command = DockerHarness.Shell("dd if=/dev/zero of=$TENANTKIT_DATA_DIR/file bs=4k 2>/dev/null; echo full; exec sleep 600") };
        var volume = UnitNames.Volume(spec.Unit.Name);
        await Harness.Services.GetRequiredService<UnitVolumes>().EnsureAsync(spec, volume, Token);
        // A volume in memory is empty again when nobody holds it.
        var holder = await TestEngine.RunAsync("run", "-d", "-v", volume + ":/held", TestEngine.Shell, "sleep", "600");
        try
        {
            var running = Assert.Single((await RunAsync(spec)).Instances);
            await ReadAsync(spec.Unit, new LogQuery { Follow = true }, count: 1);

            var error = await Assert.ThrowsAsync<OrchestratorException>(() => Orchestrator.EnsureAsync(spec with { Replicas = 2 }, Token));

            Assert.Equal((StatusReasons.StorageFull, true), (error.Reason, error.IsTransient));
            Assert.Equal(running.Id, Assert.Single((await Orchestrator.ObserveAsync(spec.Unit, Token))!.Instances).Id);
        }
        finally
        {
            await TestEngine.RunAsync("rm", "-f", holder);
        }
    }
}
