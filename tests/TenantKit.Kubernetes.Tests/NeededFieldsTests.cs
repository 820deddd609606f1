using System.Text.Json;
using k8s;
using k8s.Models;
using TenantKit.Kubernetes.Manifests;
using TenantKit.Kubernetes.Watching;
using TenantKit.Orchestration;
using TenantKit.Templates;
using TenantKit.Tenants;

namespace TenantKit.Kubernetes.Tests;

/// <summary>What is read of an object is the same, whether all of it is made or only what is needed.</summary>
public sealed class NeededFieldsTests
{
    private static readonly KubernetesOptions Options = new();

    public static TheoryData<string> Statuses =>
    [
        "null",
        """{"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable","message":"0/3 nodes are available."}]}""",
        """{"phase":"Pending","containerStatuses":[{"name":"app","ready":false,"restartCount":0,"image":"a","imageID":"","state":{"waiting":{"reason":"ErrImagePull","message":"manifest unknown"}}}]}""",
        """{"phase":"Pending","initContainerStatuses":[{"name":"wait","ready":false,"restartCount":0,"image":"a","imageID":"","state":{"waiting":{"reason":"ImagePullBackOff","message":"denied"}}}]}""",
        """{"phase":"Running","podIP":"10.1.2.3","containerStatuses":[{"name":"app","ready":true,"restartCount":0,"image":"a","imageID":"","state":{"running":{"startedAt":"2026-01-02T03:04:05Z"}}}]}""",
        """{"phase":"Running","podIP":"fd00::7","conditions":[{"type":"PodResizePending","status":"True","reason":"Deferred","message":"no room"}],"containerStatuses":[{"name":"app","ready":true,"restartCount":0,"image":"a","imageID":"","state":{"running":{"startedAt":"2026-01-02T03:04:05Z"}}}]}""",
        """{"phase":"Failed","reason":"Evicted","message":"The node was low on resource: memory."}""",
        """{"phase":"Failed","containerStatuses":[{"name":"app","ready":false,"restartCount":0,"image":"a","imageID":"","state":{"terminated":{"exitCode":137,"reason":"OOMKilled","startedAt":"2026-01-02T03:04:05Z","finishedAt":"2026-01-02T03:05:05Z"}}}]}""",
        """{"phase":"Running","podIP":"10.1.2.3","conditions":[{"type":"DisruptionTarget","status":"True","reason":"DeletionByTaintManager","message":"gone"}]}""",
    ];

    [Theory]
    [MemberData(nameof(Statuses))]
    public void OfPod_AnyStatus_ReadsAsTheWholePodDoes(string status)
    {
        foreach (var pod in (V1Pod[])[PodManifest.Instance(Spec(), "01jd9000000000000000000000", Options), PodManifest.OneOff(Spec(), "01jd9000000000000000000000", ["/app"], Options)])
        {
            (pod.Metadata.Uid, pod.Metadata.ResourceVersion, pod.Metadata.CreationTimestamp, pod.Spec.NodeName) = ("u", "17", new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc), "node-1");
            pod.Metadata.DeletionTimestamp = status.Contains("fd00", StringComparison.Ordinal) ? new DateTime(2026, 1, 2, 4, 0, 0, DateTimeKind.Utc) : null;
            pod.Status = KubernetesJson.Deserialize<V1PodStatus>(status);
            var text = KubernetesJson.Serialize(pod);
            using var json = JsonDocument.Parse(text);

            Assert.Equal(PodReader.Read(KubernetesJson.Deserialize<V1Pod>(text)), PodReader.Read(NeededFields.OfPod(json.RootElement)));
        }
    }

    [Fact]
    public void OfMetadata_Record_ReadsAsTheWholeDoes()
    {
        var record = RecordManifest.Of(Spec().Unit, 9, new Dictionary<string, string?> { [Marks.Applied] = "0a1b-b", [Marks.Made] = "data,schema" }, Options);
        (record.Metadata.Uid, record.Metadata.ResourceVersion, record.Metadata.DeletionTimestamp) = ("u", "17", new DateTime(2026, 1, 2, 4, 0, 0, DateTimeKind.Utc));
        using var json = JsonDocument.Parse(KubernetesJson.Serialize(record.Metadata));

        Assert.Equal(UnitRecord.Read(record.Metadata), UnitRecord.Read(NeededFields.OfMetadata(json.RootElement)));
        Assert.Null(UnitRecord.Read(NeededFields.OfMetadata(default)));
    }

    private static UnitSpec Spec() => new()
    {
        Unit = new UnitRef("01aaaaaaaaaaaaaaaaaaaaaaaa", "user-01aaaaaaaaaaaaaaaaaaaaaaaa"), TenantName = "acme", Generation = 1, RestartEpoch = 3, Replicas = 1, Image = "registry.example/app:1",
        Resources = ResourceLimits.Default, Probe = new ProbeSettings(), FencingToken = 5, Database = DatabaseMode.Dedicated,
    };
}
