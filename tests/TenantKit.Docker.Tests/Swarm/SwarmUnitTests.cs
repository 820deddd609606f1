using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using TenantKit.Docker.Engine;
using TenantKit.Docker.Swarm;
using TenantKit.Orchestration;
using TenantKit.Tenants;
using TenantKit.Testing.Contracts;

namespace TenantKit.Docker.Tests.Swarm;

/// <summary>What is the swarm's own: services, secrets, nodes, and the ways to reach a task.</summary>
public sealed class SwarmUnitTests : OrchestratorSuite<SwarmHarness>
{
    [Fact]
    public async Task Rug_ServiceRemoved_IsToldOfAndReplaced()
    {
        var spec = Spec(OrchestratorApp.CountsStarts);
        var before = Assert.Single((await RunAsync(spec)).Instances);
        await ReadAsync(spec.Unit, new LogQuery { Follow = true }, count: 1);

        await TestEngine.RunAsync("service", "rm", UnitNames.Service(spec.Unit.Name, 1));

        await UntilAsync(spec.Unit, static unit => Live(unit).Count == 0);
        var after = Assert.Single(Live(await RunAsync(spec)));
        Assert.NotEqual(before.Id, after.Id);
        Assert.Equal("start 2", (await ReadUntilAsync(spec.Unit, line => line.InstanceId == after.Id))[^1].Text);
        await Orchestrator.SleepAsync(spec.Unit, Patient, Token);
        Assert.Equal(0, await Harness.CountOthersAsync()); // the secret of the one that was removed included
    }

    [Fact]
    public async Task Rug_ServiceScaledToNothing_IsToldOfAndReplaced()
    {
        var spec = Spec(OrchestratorApp.Idle);
        var before = Assert.Single((await RunAsync(spec)).Instances);

        await TestEngine.RunAsync("service", "scale", "--detach", UnitNames.Service(spec.Unit.Name, 1) + "=0");

        var after = await UntilAsync(spec.Unit, unit => Live(unit) is [{ State: RuntimeState.Running } live] && live.Id != before.Id, spec);
        Assert.NotNull(Live(after)[0].Endpoint);
    }

    [Fact]
    public async Task Rug_SecretInUse_IsKeptByTheSwarm()
    {
        var spec = Spec(OrchestratorApp.Idle);
        var instance = Assert.Single((await RunAsync(spec)).Instances);

        await Assert.ThrowsAnyAsync<Exception>(() => TestEngine.RunAsync("secret", "rm", UnitNames.Secret(instance.Id)));

        await RunAsync(spec with { RestartEpoch = 2 });
        await Orchestrator.SleepAsync(spec.Unit, Patient, Token);
        Assert.Equal(0, await Harness.CountOthersAsync());
    }

    [Fact]
    public async Task ListAsync_SecretLeftBehind_IsRemovedOnceItIsOld()
    {
        await Harness.Services.GetRequiredService<SwarmSecrets>().CreateAsync(Bare().Unit, "01strayinstance", Token);

        await ListAsync();
        Assert.Equal(1, await Harness.CountOthersAsync()); // it may be about to be used

        Harness.Clock.Ahead = TimeSpan.FromMinutes(2);
        await ListAsync();
        Assert.Equal(0, await Harness.CountOthersAsync());
    }

    [Fact]
    public async Task EnsureAsync_ForeignServiceOfThatName_IsRefusedAndLeftAlone()
    {
        var spec = Spec(OrchestratorApp.Idle, tenantId: "01foreign");
        var name = UnitNames.Service(spec.Unit.Name, 1);
        await TestEngine.RunAsync("service", "create", "--detach", "--no-resolve-image", "--replicas", "0", "--name", name, TestEngine.Shell, "sleep", "1");
        try
        {
            var error = await Assert.ThrowsAsync<OrchestratorException>(() => Orchestrator.EnsureAsync(spec, Token));

            Assert.Equal(StatusReasons.NameConflict, error.Reason);
            await TestEngine.RunAsync("service", "inspect", name);
        }
        finally
        {
            await TestEngine.RunAsync("service", "rm", name);
        }
    }

    [Fact]
    public async Task EnsureAsync_NoNodeForIt_IsToldOfAndAnEvent()
    {
        Harness.Configure = static options => options.Swarm.Constraints.Add("node.labels.nowhere==true");
        await Harness.RestartAsync();
        var spec = Spec(OrchestratorApp.Idle);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        await using var events = Orchestrator.WatchAsync(limit.Token).GetAsyncEnumerator(limit.Token);
        var next = events.MoveNextAsync().AsTask();
        await Orchestrator.EnsureAsync(spec, Token);

        Assert.True(await next);
        var waiting = Assert.Single((await UntilAsync(spec.Unit, static unit => unit.Instances is [{ Message: not null }])).Instances);

        Assert.Equal((RuntimeState.Creating, StatusReasons.Unschedulable), (waiting.State, waiting.Reason));
        Assert.Contains("no suitable node", waiting.Message, StringComparison.OrdinalIgnoreCase);
        await Orchestrator.SleepAsync(spec.Unit, Patient, Token);
        Assert.Equal((0, 0, 1), await Harness.CountAsync());
    }

    [Fact]
    public async Task EnsureAsync_NewUnit_TakesFewCalls()
    {
        var spec = Spec(OrchestratorApp.Idle);
        await RunAsync(spec);
        await Orchestrator.DeleteAsync(spec.Unit, deleteData: true, Patient, Token); // the engine is known now
        var before = Harness.Engine.Calls;

        await Orchestrator.EnsureAsync(spec, Token);

        Assert.InRange(Harness.Engine.Calls - before, 1, 20);
    }

    [Fact]
    public async Task Published_Instance_IsReachedOnLoopbackAlone()
    {
        Harness.Configure = static options => options.Reach = DockerReach.Published;
        await Harness.RestartAsync();
        var spec = Spec(OrchestratorApp.Listens);
        var unit = await UntilAsync(spec.Unit, static unit => unit.Instances is [{ State: RuntimeState.Running, Endpoint: not null }], spec);
        var endpoint = IPEndPoint.Parse(unit.Instances[0].Endpoint!);

        Assert.Equal(IPAddress.Loopback, endpoint.Address);
        using var client = new TcpClient();
        await client.ConnectAsync(endpoint, Token);
        var listening = System.Net.NetworkInformation.IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Where(listener => listener.Port == endpoint.Port);
        Assert.All(listening, static listener => Assert.True(IPAddress.IsLoopback(listener.Address)));
    }

    [Fact]
    public async Task Network_Attached_IsReachedThereAndOnNoBridge()
    {
        var name = "tenantkit-test-gateway-" + Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(4));
        await TestEngine.RunAsync("run", "-d", "--name", name, TestEngine.Shell, "sleep", "600");
        try
        {
            Harness.Configure = options =>
            {
                options.Reach = DockerReach.Network;
                options.Attach.Add(name);
            };
            await Harness.RestartAsync();
            var spec = Spec(OrchestratorApp.Listens);
            var instance = Assert.Single((await RunAsync(spec)).Instances);
            var endpoint = instance.Endpoint!.Split(':');

            await UntilAsync(spec.Unit, _ => true, async () =>
            {
                while (!(await TestEngine.RunAsync("exec", name, "sh", "-c", $"printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w 1 {endpoint[0]} {endpoint[1]} || true")).Contains("hello", StringComparison.Ordinal))
                {
                    await Task.Delay(50, Token);
                }
            });
            var container = await Harness.FindAsync(instance.Id, Token);
            Assert.DoesNotContain(container, await TestEngine.RunAsync("network", "inspect", SwarmBridge.Name), StringComparison.Ordinal);

            await Orchestrator.SleepAsync(spec.Unit, Patient, Token);
            Assert.Equal((0, 0, 1), await Harness.CountAsync());
        }
        finally
        {
            await TestEngine.RunAsync("rm", "-f", name);
        }
    }
}
