using System.Diagnostics;
using TenantKit.Orchestration;
using TenantKit.Orchestration.Processes;
using TenantKit.Tenants;

namespace TenantKit.Core.Tests.Orchestration;

/// <summary>A real orchestrator in a directory of its own, for what only local processes promise.</summary>
public abstract class ProcessSuiteBase : IAsyncLifetime
{
    protected const string TenantId = "01dddddddddddddddddddddddd";
    protected const string Idle = "trap 'exit 0' TERM; while :; do sleep 0.1 & wait $!; done 2>/dev/null";

    protected ProcessHarness Harness { get; } = new();

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected static UnitRef Unit { get; } = new(TenantId, "user-" + TenantId);

    protected string UnitFolder => Path.Combine(Harness.Directory, "units", TenantId);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => Harness.DisposeAsync();

    protected static UnitSpec Spec(string script, int replicas = 1) => new()
    {
        Unit = Unit,
        TenantName = "acme",
        Generation = 1,
        RestartEpoch = 1,
        Replicas = replicas,
        Image = "shell",
        Command = ProcessHarness.Script(script),
        Resources = ResourceLimits.Default,
        StopGracePeriod = TimeSpan.FromSeconds(10),
    };

    /// <summary>Ensures one instance, and waits until its script said that it is up.</summary>
    protected async Task<(InstanceObservation Instance, int Pid)> StartAsync(string script)
    {
        var unit = await Harness.Orchestrator.EnsureAsync(Spec("echo up; " + script), Token);
        var instance = Assert.Single(unit.Instances);
        await foreach (var line in Harness.Orchestrator.ReadLogsAsync(Unit, new LogQuery { Follow = true }, Token))
        {
            if (line.InstanceId == instance.Id && line.Text == "up")
            {
                break;
            }
        }

        return (instance, ProcessHarness.FindPid(instance.Id));
    }

    protected async Task<List<LogLine>> ReadLogsAsync(LogQuery? query = null)
    {
        var lines = new List<LogLine>();
        await foreach (var line in Harness.Orchestrator.ReadLogsAsync(Unit, query ?? new LogQuery(), Token))
        {
            lines.Add(line);
        }

        return lines;
    }

    protected async Task<UnitObservation> ObserveAsync() => (await Harness.Orchestrator.ObserveAsync(Unit, Token))!;

    protected static async Task UntilAsync(Func<Task<bool>> isTrue, string what)
    {
        var since = Stopwatch.GetTimestamp();
        while (!await isTrue())
        {
            Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(40), $"Not in time: {what}");
            await Task.Delay(20, Token);
        }
    }

    protected static Task UntilAsync(Func<bool> isTrue, string what) => UntilAsync(() => Task.FromResult(isTrue()), what);

    internal static bool IsAlive(int pid) => ProcessTable.Read(pid) is { IsAlive: true };
}
