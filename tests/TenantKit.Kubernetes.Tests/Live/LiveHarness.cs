using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using TenantKit.Kubernetes.Api;
using TenantKit.Kubernetes.Manifests;
using TenantKit.Orchestration;
using TenantKit.Testing.Contracts;

namespace TenantKit.Kubernetes.Tests.Live;

/// <summary>The orchestrator on the real cluster that there is. Each test has an installation of its own, and removes it.</summary>
public sealed class LiveHarness : OrchestratorHarness
{
    /// <summary>The first process of a container ignores a kill from inside; it listens to this instead.</summary>
    private const string Mortal = "trap 'exit 9' USR2; ";
    private const string Wait = "while :; do sleep 0.1 & wait $!; done 2>/dev/null";
    private static readonly Dictionary<OrchestratorApp, string> Scripts = new()
    {
        [OrchestratorApp.Idle] = $"{Mortal}trap 'exit 0' TERM; {Wait}",
        [OrchestratorApp.IgnoresStop] = $"trap '' TERM; echo deaf; {Wait}",
        [OrchestratorApp.ExitsWithSeven] = "exit 7",
        [OrchestratorApp.Talks] = $"echo 'line 1'; sleep 0.1; echo 'line 2' >&2; sleep 0.1; echo 'line 3'; trap 'exit 0' TERM; {Wait}",
        [OrchestratorApp.CountsStarts] = $"echo x >>/data/starts; echo start $(wc -l </data/starts); trap 'exit 0' TERM; {Wait}",
        [OrchestratorApp.TalksALot] = $"i=0; while [ $i -lt 100000 ]; do i=$((i+1)); echo line $i; done; trap 'exit 0' TERM; {Wait}",
        [OrchestratorApp.EatsMemory] = "exec tail /dev/zero",
        [OrchestratorApp.BurnsCpu] = "trap 'exit 0' TERM; while :; do :; done",
        [OrchestratorApp.Forks] = "i=0; while [ $i -lt 1000 ]; do sleep 600 & i=$((i+1)); done 2>/dev/null; echo processes $(ls -d /proc/[0-9]* | wc -l); wait",
        [OrchestratorApp.Listens] = "trap 'exit 0' TERM; httpd -f -p \"$PORT\" -h /tmp & wait",
        [OrchestratorApp.Ticks] = "trap 'exit 0' TERM; i=0; while :; do i=$((i+1)); echo tick $i; sleep 0.3 & wait $!; done 2>/dev/null",
    };

    private readonly string mark = Guid.NewGuid().ToString("N")[..5];
    private KubernetesOrchestrator? orchestrator;
    private string? kubeConfig;

    public override IContainerOrchestrator Orchestrator => orchestrator ??= Open();

    public override IReadOnlyList<string> HelloCommand => ["/bin/sh", "-c", "echo hello; exit 3"];

    public override IReadOnlyList<string> CountCommand => ["/bin/sh", "-c", "wc -l </data/starts"];

    public override IReadOnlyList<string> LongCommand => ["sleep", "60"];

    public override TimeSpan Deadline => TimeSpan.FromSeconds(120);

    public override bool TellsUsage => LiveCluster.HasMetrics;

    public override bool LimitsProcesses => false;

    public override IReadOnlyList<string> ConnectCommand(string endpoint) => ["nc", "-z", "-w", "2", .. endpoint.Split(':')];

    public override UnitSpec Describe(UnitSpec spec, OrchestratorApp app) => spec with { Image = LiveCluster.Image, Command = ["/bin/sh", "-c", Scripts[app]] };

    public override UnitSpec DescribeMissing(UnitSpec spec) => spec with { Image = "No Such Image" };

    public override async Task KillAsync(InstanceObservation instance, CancellationToken cancellationToken)
    {
        using var client = new k8s.Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeConfig));
        var pods = await client.CoreV1.ListPodForAllNamespacesAsync(labelSelector: Marks.Selector(Options), cancellationToken: cancellationToken);
        var pod = pods.Items.First(pod => Marks.Text(pod.Metadata.Annotations, Marks.InstanceId) == instance.Id);
        await client.NamespacedPodExecAsync(pod.Metadata.Name, pod.Metadata.NamespaceProperty, PodManifest.Container, ["kill", "-USR2", "1"], tty: false, static (_, _, _) => Task.CompletedTask, cancellationToken);
    }

    public override async Task RestartAsync()
    {
        await orchestrator!.DisposeAsync();
        orchestrator = Open();
    }

    public override async ValueTask DisposeAsync()
    {
        if (orchestrator is null)
        {
            return;
        }

        List<UnitRef> units = [];
        await foreach (var unit in orchestrator.ListAsync(CancellationToken.None))
        {
            units.Add(unit.Unit);
        }

        await Task.WhenAll(units.Select(unit => orchestrator.DeleteAsync(unit, true, TimeSpan.FromSeconds(1), 0, CancellationToken.None)));
        await orchestrator.DisposeAsync();
    }

    /// <summary>Small requests, so that twenty units fit on one small node.</summary>
    private KubernetesOptions Options => new()
    {
        KubeConfig = kubeConfig, Installation = "test-" + mark, NamePrefix = $"t{mark}-", CpuRequestShare = 0.01, MemoryRequestShare = 0.005, ResolveImages = false, StopDelay = TimeSpan.Zero, StorageClass = LiveCluster.StorageClass, NetworkPolicies = LiveCluster.HasNetworkPolicies,
    };

    private KubernetesOrchestrator Open()
    {
        kubeConfig = LiveCluster.ConnectAsync().GetAwaiter().GetResult();
        var options = Microsoft.Extensions.Options.Options.Create(Options);
        return new KubernetesOrchestrator(new ClusterConnection(options), options, new TestCredentials(), new TestIds(), new TestRandom(7), TimeProvider.System, NullLogger<KubernetesOrchestrator>.Instance);
    }
}
