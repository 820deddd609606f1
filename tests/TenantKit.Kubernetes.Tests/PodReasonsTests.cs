using k8s;
using k8s.Models;
using TenantKit.Kubernetes.Watching;
using TenantKit.Orchestration;

namespace TenantKit.Kubernetes.Tests;

/// <summary>What a node says of a pod that does not start, as reasons that people understand.</summary>
public sealed class PodReasonsTests
{
    [Theory]
    [InlineData("""{"containerStatuses":[{"name":"app","state":{"waiting":{"reason":"InvalidImageName","message":"Failed to apply default image tag \"A b\""}}}]}""", "image_not_found", "The name of the image 'A b' is not valid.")]
    [InlineData("""{"containerStatuses":[{"name":"app","state":{"waiting":{"reason":"ErrImageNeverPull","message":"Container image \"A b\" is not present with pull policy of Never"}}}]}""", "image_pull_failed", "The image cannot be pulled: Container image \"A b\" is not present with pull policy of Never")]
    [InlineData("""{"containerStatuses":[{"name":"app","state":{"waiting":{"reason":"PodInitializing"}}}],"initContainerStatuses":[{"name":"wait","image":"B c","state":{"waiting":{"reason":"InvalidImageName"}}}]}""", "image_not_found", "The name of the image 'B c' is not valid.")]
    [InlineData("""{"containerStatuses":[{"name":"app","state":{"waiting":{"reason":"PodInitializing"}}}],"initContainerStatuses":[{"name":"wait","image":"b:1","state":{"waiting":{"reason":"ImagePullBackOff","message":"denied"}}}]}""", "image_pull_failed", "The image cannot be pulled: denied")]
    [InlineData("""{"containerStatuses":[{"name":"app","state":{"waiting":{"reason":"PodInitializing"}}}],"initContainerStatuses":[{"name":"wait","image":"b:1","state":{"running":{}}}]}""", "waiting_for_ready", "It waits for its database to answer.")]
    [InlineData("""{"conditions":[{"type":"PodScheduled","status":"False","message":"0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found"}]}""", "unschedulable", "Its volume is not provided yet: 0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found")]
    public void Of_PodThatDoesNotStart_SaysWhy(string status, string reason, string message)
    {
        var pod = new V1Pod { Metadata = new V1ObjectMeta(), Spec = new V1PodSpec { Containers = [new V1Container { Name = "app", Image = "A b" }] }, Status = KubernetesJson.Deserialize<V1PodStatus>(status) };

        Assert.Equal((reason, message), PodReasons.Of(pod, pod.Status.ContainerStatuses?.Single(), RuntimeState.Creating));
    }
}
