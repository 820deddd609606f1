using k8s.Models;
using TenantKit.Orchestration;
using TenantKit.Tenants;

namespace TenantKit.Kubernetes.Watching;

/// <summary>Says in people's words why a pod is not what it should be. One place, one table.</summary>
internal static class PodReasons
{
    /// <summary>Said of an app whose init container waits; what is wrong with the database is said of the database's pod.</summary>
    public const string WaitsForDatabase = "It waits for its database to answer.";

    /// <summary>What the scheduler says of a pod whose volumes are there in name alone.</summary>
    public const string UnboundVolumes = "unbound immediate PersistentVolumeClaims";

    private const int LongestMessage = 512;

    private static readonly string[] MissingImage = ["not found", "manifest unknown", "does not exist", "pull access denied", "name unknown", "repository name", "invalid reference format", "InvalidImageName"];

    public static (string Reason, string? Message) Of(V1Pod pod, V1ContainerStatus? status, RuntimeState state)
    {
        if (state == RuntimeState.Exited)
        {
            return Ended(pod, status?.State?.Terminated);
        }

        if (Lost(pod) is { } lost)
        {
            return lost;
        }

        if (state == RuntimeState.Running)
        {
            return Resizing(pod);
        }

        if (pod.Status?.InitContainerStatuses?.Any(static init => init.State?.Running is not null) == true)
        {
            return (StatusReasons.WaitingForReady, WaitsForDatabase);
        }

        // While an init container waits, the app's own status says no more than that.
        var init = pod.Status?.InitContainerStatuses?.FirstOrDefault(static init => init.State?.Waiting is not null);
        var waiting = (init ?? status)?.State?.Waiting;
        return waiting?.Reason switch
        {
            "InvalidImageName" => (StatusReasons.ImageNotFound, Say($"The name of the image '{init?.Image ?? pod.Spec.Containers[0].Image}' is not valid.")),
            "ErrImagePull" or "ImagePullBackOff" or "ErrImageNeverPull" or "RegistryUnavailable" => Image(waiting),
            "CrashLoopBackOff" => (StatusReasons.CrashLoop, Say(LastEnd(status?.LastState?.Terminated, waiting))),
            "CreateContainerConfigError" => (StatusReasons.WaitingForReady, Say(waiting.Message)),
            "CreateContainerError" or "RunContainerError" => (StatusReasons.CommandNotFound, Say(waiting.Message)),
            _ => Unplaced(pod),
        };
    }

    private static (string Reason, string? Message) Ended(V1Pod pod, V1ContainerStateTerminated? ended) => (ended?.Reason, pod.Status?.Reason) switch
    {
        ("OOMKilled", _) => (StatusReasons.OutOfMemory, "The app used more memory than its size allows and was killed. Give the tenant more memory."),
        ("StartError" or "ContainerCannotRun", _) => (StatusReasons.CommandNotFound, Say(ended!.Message)),
        (_, "Evicted") => (StatusReasons.Evicted, Say($"The node evicted it: {pod.Status!.Message}")),
        (_, "NodeLost" or "NodeShutdown" or "Terminated") => (StatusReasons.NodeLost, Say($"Its node went away: {pod.Status!.Message}")),
        (_, "UnexpectedAdmissionError" or "NodeAffinity" or "OutOfcpu" or "OutOfmemory" or "OutOfpods") => (StatusReasons.CapacityExhausted, Say($"The node refused it: {pod.Status!.Message}")),
        _ => Condition(pod, "DisruptionTarget") is { Status: "True" } target ? (StatusReasons.Evicted, Say(target.Message)) : (StatusReasons.None, Say(ended?.Message)),
    };

    /// <summary>Of a database's server, whose last lines tell why it ended.</summary>
    private static string? LastEnd(V1ContainerStateTerminated? ended, V1ContainerStateWaiting waiting) =>
        ended?.Message?.Trim() is { Length: > 0 } said ? said.Length > LongestMessage ? "…" + said[^(LongestMessage - 1)..] : said : waiting.Message;

    private static (string Reason, string? Message)? Lost(V1Pod pod) =>
        pod.Status?.Reason == "NodeLost" || (Condition(pod, "DisruptionTarget") is { Status: "True", Reason: "DeletionByTaintManager" })
            ? (StatusReasons.NodeLost, Say($"Its node {pod.Spec.NodeName} does not answer. What runs there is not known until it is back or removed from the cluster."))
            : null;

    private static (string Reason, string? Message) Resizing(V1Pod pod) =>
        Condition(pod, "PodResizePending") is { Status: "True" } pending
            ? (StatusReasons.CapacityExhausted, Say($"The node has no room for the new size yet; the instance keeps its old one ({pending.Reason}: {pending.Message})."))
            : (StatusReasons.None, null);

    private static (string Reason, string? Message) Unplaced(V1Pod pod)
    {
        if (Condition(pod, "PodScheduled") is not { Status: "False", Message: { Length: > 0 } message })
        {
            return (StatusReasons.None, null);
        }

        return message.Contains("persistentvolumeclaim", StringComparison.Ordinal) && message.Contains("not found", StringComparison.Ordinal)
            ? (StatusReasons.DataLost, Say($"The tenant's volume is gone ({message}). It is not replaced by an empty one; restore it, or delete the tenant."))
            : (StatusReasons.Unschedulable, Say($"{(message.Contains(UnboundVolumes, StringComparison.Ordinal) ? "Its volume is not provided yet" : "No node has room for it")}: {message}"));
    }

    private static (string Reason, string? Message) Image(V1ContainerStateWaiting waiting) =>
        (IsMissingImage(waiting.Message) ? StatusReasons.ImageNotFound : StatusReasons.ImagePullFailed,
            Say($"The image cannot be pulled: {waiting.Message ?? waiting.Reason}"));

    /// <summary>True when the registry said that there is no such image, in any of the ways that registries say it.</summary>
    public static bool IsMissingImage(string? said) => MissingImage.Any(word => said?.Contains(word, StringComparison.OrdinalIgnoreCase) == true);

    private static V1PodCondition? Condition(V1Pod pod, string type) => pod.Status?.Conditions?.FirstOrDefault(condition => condition.Type == type);

    private static string? Say(string? text) => text is { Length: > LongestMessage } ? text[..LongestMessage] + "…" : text;
}
