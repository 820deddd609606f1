using k8s;
using Microsoft.Extensions.Logging.Abstractions;
using TenantKit.Kubernetes.Api;
using TenantKit.Kubernetes.Tests.Emulator;
using TenantKit.Orchestration;
using TenantKit.Testing.Contracts;

namespace TenantKit.Kubernetes.Tests;

/// <summary>The orchestrator on an emulated cluster of its own.</summary>
public sealed class KubernetesHarness : OrchestratorHarness
{
    private static readonly Dictionary<OrchestratorApp, string> Apps = new()
    {
        [OrchestratorApp.Idle] = EmulatedApps.Idle, [OrchestratorApp.IgnoresStop] = EmulatedApps.Deaf, [OrchestratorApp.ExitsWithSeven] = EmulatedApps.ExitsWithSeven,
        [OrchestratorApp.Talks] = EmulatedApps.Talks, [OrchestratorApp.CountsStarts] = EmulatedApps.Counts, [OrchestratorApp.Ticks] = EmulatedApps.Ticks,
        [OrchestratorApp.TalksALot] = EmulatedApps.ManyLines, [OrchestratorApp.EatsMemory] = EmulatedApps.Greedy, [OrchestratorApp.BurnsCpu] = EmulatedApps.Burns,
        [OrchestratorApp.Forks] = EmulatedApps.Forks, [OrchestratorApp.Listens] = EmulatedApps.Idle,
    };

    private KubernetesOrchestrator orchestrator;

    public KubernetesHarness()
    {
        Cluster = EmulatedCluster.StartAsync().GetAwaiter().GetResult();
        orchestrator = Open();
    }

    internal EmulatedCluster Cluster { get; }

    internal KubernetesOptions Options { get; } = new() { WatchStall = TimeSpan.FromSeconds(5) };

    internal KubernetesOrchestrator Kubernetes => orchestrator;

    public override IContainerOrchestrator Orchestrator => orchestrator;

    public override IReadOnlyList<string> HelloCommand => [EmulatedApps.Hello];

    public override IReadOnlyList<string> CountCommand => [EmulatedApps.Count];

    public override IReadOnlyList<string> LongCommand => [EmulatedApps.Idle];

    public override IReadOnlyList<string> ConnectCommand(string endpoint) => [EmulatedApps.Connect, endpoint];

    public override UnitSpec Describe(UnitSpec spec, OrchestratorApp app) => spec with { Image = $"{Cluster.Registry}/app:1", Command = [Apps[app]] };

    public override UnitSpec DescribeMissing(UnitSpec spec) => spec with { Image = $"{Cluster.Registry}/missing:1" };

    public override Task KillAsync(InstanceObservation instance, CancellationToken cancellationToken)
    {
        var pod = Cluster.List("pods").First(pod => pod.Text("metadata", "annotations", "tenantkit.io/instance-id") == instance.Id);
        Cluster.Kubelet.Kill(pod.Text("metadata", "namespace"), pod.Text("metadata", "name"));
        return Task.CompletedTask;
    }

    public override async Task RestartAsync()
    {
        await orchestrator.DisposeAsync();
        orchestrator = Open();
    }

    public override async ValueTask DisposeAsync()
    {
        await orchestrator.DisposeAsync();
        await Cluster.DisposeAsync();
    }

    /// <summary>Another control plane on the same cluster.</summary>
    internal KubernetesOrchestrator Open(KubernetesOptions? options = null) => Make(Cluster.Address, options ?? Options);

    internal static KubernetesOrchestrator Make(string address, KubernetesOptions options, TimeProvider? time = null) => new(
        new ClusterConnection(new KubernetesClientConfiguration { Host = address }),
        Microsoft.Extensions.Options.Options.Create(options),
        new TestCredentials(),
        new TestIds(),
        new TestRandom(7),
        time ?? TimeProvider.System,
        NullLogger<KubernetesOrchestrator>.Instance);
}
