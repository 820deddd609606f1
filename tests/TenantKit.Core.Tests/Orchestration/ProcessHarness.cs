using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging.Abstractions;
using TenantKit.Diagnostics;
using TenantKit.Orchestration;
using TenantKit.Orchestration.Credentials;
using TenantKit.Orchestration.Processes;
using TenantKit.Storage;
using TenantKit.Testing.Contracts;

namespace TenantKit.Core.Tests.Orchestration;

public sealed class ProcessHarness : OrchestratorHarness
{
    private static readonly Dictionary<OrchestratorApp, string> Scripts = new()
    {
        [OrchestratorApp.Idle] = "trap 'exit 0' TERM; while :; do sleep 0.1 & wait $!; done 2>/dev/null",
        [OrchestratorApp.IgnoresStop] = "trap '' TERM; echo deaf; while :; do sleep 0.1 & wait $!; done 2>/dev/null",
        [OrchestratorApp.ExitsWithSeven] = "exit 7",
        [OrchestratorApp.Talks] = "echo 'line 1'; echo 'line 2' >&2; echo 'line 3'; trap 'exit 0' TERM; while :; do sleep 0.1 & wait $!; done 2>/dev/null",
        [OrchestratorApp.CountsStarts] = "echo x >>starts; echo start $(wc -l <starts); trap 'exit 0' TERM; while :; do sleep 0.1 & wait $!; done 2>/dev/null",
        [OrchestratorApp.Ticks] = "trap 'exit 0' TERM; i=0; while :; do i=$((i+1)); echo tick $i; sleep 0.3 & wait $!; done 2>/dev/null",
        [OrchestratorApp.TalksALot] = "seq -f 'line %.0f' 1 100000; trap 'exit 0' TERM; while :; do sleep 0.1 & wait $!; done 2>/dev/null",
    };

    private DataDirectoryLock directoryLock;
    private ProcessOrchestrator orchestrator;

    private readonly bool isOwner;

    public ProcessHarness()
        : this(System.IO.Directory.CreateTempSubdirectory("tenantkit-test-").FullName) => isOwner = true;

    public ProcessHarness(string directory)
    {
        Directory = directory;
        Open();
    }

    internal string Directory { get; }

    internal IInstanceCredentials Credentials => new HmacInstanceCredentials(Microsoft.Extensions.Options.Options.Create(new TenantKitOptions { DataDirectory = Directory }));

    internal ProcessOrchestratorOptions Options { get; } = new() { WatchdogGrace = TimeSpan.FromSeconds(30) };

    internal ProcessOrchestrator Processes => orchestrator;

    public override IContainerOrchestrator Orchestrator => orchestrator;

    public override IReadOnlyList<string> HelloCommand => ["/bin/sh", "-c", "echo hello; exit 3"];

    public override IReadOnlyList<string> CountCommand => Script("echo $(wc -l <starts)");

    public override IReadOnlyList<string> LongCommand => ["sleep", "60"];

    public static string[] Script(string text) => ["/bin/sh", "-c", text];

    public override UnitSpec Describe(UnitSpec spec, OrchestratorApp app) => spec with { Image = "shell", Command = Script(Scripts[app]) };

    public override UnitSpec DescribeMissing(UnitSpec spec) => spec with { Image = "missing:1" };

    public override async Task KillAsync(InstanceObservation instance, CancellationToken cancellationToken)
    {
        // A process that was just started leads no session yet for a moment.
        int pid;
        while ((pid = FindPid(instance.Id)) == 0)
        {
            await Task.Delay(5, cancellationToken);
        }

        Signals.Send(pid, Signals.Kill);
    }

    /// <summary>The process of an instance, found without the orchestrator's help; 0 when there is none.</summary>
    public static int FindPid(string instanceId) => ProcessTable.All()
        .Where(process => process.IsAlive && process.Session == process.Pid && ProcessTable.Variable(process.Pid, "TENANTKIT_INSTANCE_ID") == instanceId)
        .OrderBy(static process => (process.StartTicks, process.Pid)).Select(static process => process.Pid).FirstOrDefault();

    public override async Task RestartAsync()
    {
        await AbandonAsync();
        Open();
    }

    /// <summary>Leaves everything as it is, as a host that was killed.</summary>
    public async Task AbandonAsync()
    {
        await orchestrator.DisposeAsync();
        directoryLock.Dispose();
    }

    public override async ValueTask DisposeAsync()
    {
        Options.StopOnShutdown = true;
        foreach (var instance in orchestrator.Live)
        {
            await orchestrator.SleepAsync(new UnitRef(instance.Unit.TenantId, ""), TimeSpan.Zero, CancellationToken.None);
        }

        await orchestrator.ShutDownAsync(CancellationToken.None);
        await AbandonAsync();
        if (isOwner)
        {
            FolderRemoval.TryRemove(Directory);
        }
    }

    [MemberNotNull(nameof(orchestrator), nameof(directoryLock))]
    public void Open()
    {
        var kit = Microsoft.Extensions.Options.Options.Create(new TenantKitOptions { DataDirectory = Directory });
        directoryLock = new DataDirectoryLock(Directory);
        orchestrator = new ProcessOrchestrator(
            kit,
            Microsoft.Extensions.Options.Options.Create(Options),
            directoryLock,
            new HmacInstanceCredentials(kit),
            new UlidSource(TimeProvider.System),
            TimeProvider.System,
            NullLogger<ProcessOrchestrator>.Instance);
    }
}
