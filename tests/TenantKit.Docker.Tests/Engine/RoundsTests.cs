using System.Globalization;
using Docker.DotNet.Models;
using TenantKit.Docker.Engine;
using TenantKit.Orchestration;
using TenantKit.Testing.Contracts;

namespace TenantKit.Docker.Tests.Engine;

/// <summary>
/// Random rounds of creating, killing and deleting, with the host ended at random moments in between. More of them by
/// <c>TENANTKIT_DOCKER_ROUNDS</c>, the same ones again by <c>TENANTKIT_DOCKER_SEED</c>.
/// </summary>
public abstract class RoundsTests<THarness> : OrchestratorSuite<THarness>
    where THarness : DockerHarness, new()
{
    private const int UsualRounds = 8;

    [Fact]
    public async Task Rounds_HostEndedInBetween_LeaveNothing()
    {
        var rounds = Number("TENANTKIT_DOCKER_ROUNDS") ?? UsualRounds;
        var seed = Number("TENANTKIT_DOCKER_SEED") ?? Environment.TickCount;
        Console.WriteLine($"{typeof(THarness).Name}: seed {seed}, {rounds} rounds");
        var random = new Random(seed);
        for (var round = 1; round <= rounds; round++)
        {
            var specs = Enumerable.Range(0, 2).Select(i => Spec(OrchestratorApp.Idle, replicas: random.Next(1, 3), tenantId: $"01f{i:00000000000000000000000}")).ToList();
            using var end = new CancellationTokenSource();
            end.CancelAfter(random.Next(10, Harness.StartMilliseconds));
            await Task.WhenAll(specs.Select(spec => ActAsync(spec, random.Next(6), end.Token)));
            await Harness.RestartAsync();
        }

        foreach (var unit in await ListAsync())
        {
            await Orchestrator.DeleteAsync(unit.Unit, deleteData: true, Patient, Token);
        }

        Harness.Clock.Ahead = TimeSpan.FromMinutes(2);
        Assert.Empty(await ListAsync());
        Assert.Equal((0, 0, 0), await Harness.CountAsync());
        Assert.Equal(0, await Harness.CountOthersAsync());
    }

    private async Task ActAsync(UnitSpec spec, int act, CancellationToken end)
    {
        try
        {
            await Orchestrator.EnsureAsync(spec, end);
            if (act < 2)
            {
                await KillOneAsync(spec, end);
            }

            await (act switch
            {
                0 or 2 => Orchestrator.DeleteAsync(spec.Unit, deleteData: true, Patient, end),
                1 or 3 => Orchestrator.SleepAsync(spec.Unit, Patient, end),
                4 => Orchestrator.EnsureAsync(spec with { RestartEpoch = 2 }, end),
                _ => Orchestrator.EnsureAsync(spec with { Replicas = 0 }, end),
            });
        }
        catch (Exception exception) when (exception is OperationCanceledException or OrchestratorException { IsTransient: true } or global::Docker.DotNet.DockerApiException)
        {
            // The host ended under it.
        }
    }

    /// <summary>Behind the host's back, by what its label says; one that has gone meanwhile is dead already.</summary>
    private async Task KillOneAsync(UnitSpec spec, CancellationToken end)
    {
        InstanceObservation? running = null;
        while (running is null)
        {
            await Task.Delay(20, end);
            running = Live(await Orchestrator.EnsureAsync(spec, end)).Find(static instance => instance.State == RuntimeState.Running);
        }

        var filters = UnitLabels.Filter($"{UnitLabels.Instance}={running.Id}");
        foreach (var container in await Harness.Engine.Api.Containers.ListContainersAsync(new ContainersListParameters { Filters = filters }, end))
        {
            await Harness.Engine.Api.Containers.KillContainerAsync(container.ID, new ContainerKillParameters(), end);
        }
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
