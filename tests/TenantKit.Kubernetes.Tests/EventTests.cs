using k8s.Models;
using TenantKit.Kubernetes.Tests.Emulator;
using TenantKit.Kubernetes.Units;
using TenantKit.Orchestration;
using TenantKit.Tenants;

namespace TenantKit.Kubernetes.Tests;

/// <summary>The cluster's events, as reasons that people understand.</summary>
public sealed class EventTests : KubernetesTest
{
    private IRuntimeNoticeReader Notices => (IRuntimeNoticeReader)Orchestrator;

    [Fact]
    public async Task ReadNoticesAsync_NodesCordoned_TellsItOnceWithHowOften()
    {
        Cluster.Options.IsCordoned = true;
        await Orchestrator.EnsureAsync(Spec(), Token);
        await ObservedAsync(Spec(), static unit => unit.Instances is [{ Reason: not StatusReasons.None }]);
        var pod = Cluster.List("pods").Single().Text("metadata", "name");

        var notice = Assert.Single(await UntilAsync(() => Notices.ReadNoticesAsync(Spec().Unit, Token), static notices => notices is [{ Count: > 2 }]));

        Assert.Equal((StatusReasons.Unschedulable, $"No node has room for it (Pod {pod}): 0/1 nodes are available: 1 node(s) were unschedulable."), (notice.Reason, notice.Message));
        Assert.InRange(notice.At, DateTimeOffset.UtcNow.AddSeconds(-30), DateTimeOffset.UtcNow.AddSeconds(1));
    }

    [Fact]
    public async Task ReadNoticesAsync_OneRequestOnDemand_NeverAWatch()
    {
        Harness.Options.ResolveImages = false;
        var spec = Spec() with { Image = "registry.example/missing:1" };
        await Orchestrator.EnsureAsync(spec, Token);
        await ObservedAsync(spec, static unit => unit.Instances is [{ Reason: not StatusReasons.None }]);
        Cluster.Audit.Clear();

        var notice = Assert.Single(await Notices.ReadNoticesAsync(spec.Unit, Token));

        Assert.Equal(StatusReasons.ImageNotFound, notice.Reason);
        Assert.Equal([new AuditLine("list", "events", SpaceOf(spec), "")], Cluster.Audit);
    }

    [Fact]
    public async Task ReadNoticesAsync_SharedNamespace_TellsOfTheOwnObjectsAlone()
    {
        Cluster.Make("namespaces", new() { ["metadata"] = new System.Text.Json.Nodes.JsonObject { ["name"] = "tenants" } });
        await using var shared = Harness.Open(new KubernetesOptions { SharedNamespace = "tenants", Installation = "shared" });
        Cluster.Options.IsCordoned = true;
        var (one, other) = (Spec(), Spec(tenantId: "01cccccccccccccccccccccccc"));
        await shared.EnsureAsync(one, Token);
        await shared.EnsureAsync(other, Token);

        var notices = await UntilAsync(() => shared.ReadNoticesAsync(one.Unit, Token), static notices => notices.Count > 0);

        Assert.All(notices, notice => Assert.Contains("tk-" + one.Unit.TenantId, notice.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ReadNoticesAsync_UnitThatIsNot_HasNone() => Assert.Empty(await Notices.ReadNoticesAsync(Spec().Unit, Token));

    [Fact]
    public async Task ReadNoticesAsync_RightMissing_SaysWhichRuleToAdd()
    {
        Cluster.Options.Rights = [];

        var error = await Assert.ThrowsAsync<OrchestratorException>(() => Notices.ReadNoticesAsync(Spec().Unit, Token));

        Assert.EndsWith("Add this rule to the role of the control plane: {apiGroups: [\"\"], resources: [\"events\"], verbs: [list]}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadNoticesAsync_OldOrNormalEvents_AreLeftOut()
    {
        await RunAsync(Spec());
        lock (Cluster.Store.Gate)
        {
            var pod = Cluster.Store.All("pods").Single();
            EmulatedEvents.Report(Cluster.Store, pod, "Normal", "Pulled", "Container image is there");
            EmulatedEvents.Report(Cluster.Store, pod, "Warning", "Unhealthy", "Readiness probe failed");
            Cluster.Store.Update(Cluster.Store.All("events").Last(), static json => json["lastTimestamp"] = "2026-01-02T03:04:05Z");
        }

        Assert.Empty(await Notices.ReadNoticesAsync(Spec().Unit, Token));
    }

    [Theory]
    [InlineData("FailedScheduling", "0/3 nodes are available: 3 Insufficient memory.", "unschedulable", "No node has room for it")]
    [InlineData("FailedScheduling", "0/1 nodes are available: persistentvolumeclaim \"data\" not found.", "data_lost", "Its volume is gone")]
    [InlineData("FailedScheduling", "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found", "volume_not_provided", "A volume is not provided")]
    [InlineData("Failed", "Error: ImagePullBackOff", "image_pull_failed", "The image cannot be pulled")]
    [InlineData("Failed", "Failed to pull image \"a:1\": manifest unknown", "image_not_found", "The image cannot be pulled")]
    [InlineData("Failed", "Error: failed to create containerd task: exec: \"serve\": executable file not found in $PATH", "command_not_found", "It could not be started")]
    [InlineData("Failed", "Error: InvalidImageName", "image_not_found", "The image cannot be pulled")]
    [InlineData("InspectFailed", "Failed to apply default image tag \"a:b:c\": couldn't parse image name \"a:b:c\": invalid reference format", "image_not_found", "The image cannot be pulled")]
    [InlineData("ErrImageNeverPull", "Container image \"a:1\" is not present with pull policy of Never", "image_pull_failed", "The image cannot be pulled")]
    [InlineData("BackOff", "Back-off pulling image \"a:1\"", "image_pull_failed", "The image cannot be pulled")]
    [InlineData("BackOff", "Back-off restarting failed container app in pod app-1", "crash_loop", "It ends again and again")]
    [InlineData("Evicted", "The node was low on resource: ephemeral-storage.", "evicted", "It had to go")]
    [InlineData("FailedMount", "MountVolume.SetUp failed for volume \"key\" : secret \"app-1-key\" not found", "volume_not_mounted", "A volume is not mounted")]
    [InlineData("FailedAttachVolume", "Multi-Attach error for volume", "volume_not_mounted", "A volume is not mounted")]
    [InlineData("ProvisioningFailed", "storageclass.storage.k8s.io \"fast\" not found", "volume_not_provided", "A volume is not provided")]
    [InlineData("FailedCreate", "create Pod db-0 in StatefulSet db failed: pods \"db-0\" is forbidden: exceeded quota: tenant", "quota_exceeded", "The quota is used up")]
    [InlineData("FailedCreate", "create Pod db-0 failed: violates PodSecurity", "rejected", "A pod was refused")]
    [InlineData("FailedCreatePodSandBox", "failed to setup network for sandbox", "node_not_ready_for_pods", "The node cannot set a pod up")]
    [InlineData("NodeNotReady", "Node is not ready", "node_lost", "Its node does not answer")]
    [InlineData("Unhealthy", "Readiness probe failed: 503", "waiting_for_ready", "Its probe does not pass")]
    [InlineData("FailedPreStopHook", "", "failed_pre_stop_hook", "FailedPreStopHook")]
    public void Of_Event_IsAReasonForPeople(string reason, string message, string code, string words)
    {
        var item = new Corev1Event { Reason = reason, Message = message, InvolvedObject = new V1ObjectReference { Kind = "Pod", Name = "app-1" }, Metadata = new V1ObjectMeta(), LastTimestamp = DateTime.UnixEpoch };

        Assert.Equal(new RuntimeNotice(code, $"{words} (Pod app-1){(message.Length == 0 ? "" : $": {message}")}", DateTimeOffset.UnixEpoch), EventReasons.Of(item));
    }
}
