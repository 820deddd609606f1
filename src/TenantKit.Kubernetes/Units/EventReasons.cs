using System.Text;
using k8s.Models;
using TenantKit.Kubernetes.Watching;
using TenantKit.Orchestration;
using TenantKit.Tenants;

namespace TenantKit.Kubernetes.Units;

/// <summary>Says in people's words what an event of the cluster means. One place, one table.</summary>
internal static class EventReasons
{
    private const int LongestMessage = 512;

    public static RuntimeNotice Of(Corev1Event item)
    {
        var said = item.Message ?? "";
        var (reason, words) = item.Reason switch
        {
            "FailedScheduling" when said.Contains("persistentvolumeclaim", StringComparison.Ordinal) && said.Contains("not found", StringComparison.Ordinal) => (StatusReasons.DataLost, "Its volume is gone"),
            "FailedScheduling" when said.Contains(PodReasons.UnboundVolumes, StringComparison.Ordinal) => ("volume_not_provided", "A volume is not provided"),
            "FailedScheduling" => (StatusReasons.Unschedulable, "No node has room for it"),
            "NotTriggerScaleUp" => (StatusReasons.Unschedulable, "The cluster gets no new node for it"),
            "Preempted" or "Evicted" or "TaintManagerEviction" or "EvictionThresholdMet" => (StatusReasons.Evicted, "It had to go"),
            "NodeNotReady" or "NodeShutdown" => (StatusReasons.NodeLost, "Its node does not answer"),
            "BackOff" when said.StartsWith("Back-off pulling", StringComparison.OrdinalIgnoreCase) => (StatusReasons.ImagePullFailed, "The image cannot be pulled"),
            "BackOff" => (StatusReasons.CrashLoop, "It ends again and again"),
            "Failed" or "ErrImageNeverPull" or "InspectFailed" when IsImage(said) => (PodReasons.IsMissingImage(said) ? StatusReasons.ImageNotFound : StatusReasons.ImagePullFailed, "The image cannot be pulled"),
            "Failed" => (StatusReasons.CommandNotFound, "It could not be started"),
            "FailedMount" or "FailedAttachVolume" or "FailedMapVolume" => ("volume_not_mounted", "A volume is not mounted"),
            "ProvisioningFailed" or "FailedBinding" or "VolumeResizeFailed" => ("volume_not_provided", "A volume is not provided"),
            "FailedCreate" when said.Contains("exceeded quota", StringComparison.Ordinal) => (StatusReasons.QuotaExceeded, "The quota is used up"),
            "FailedCreate" => (StatusReasons.Rejected, "A pod was refused"),
            "FailedCreatePodSandBox" or "NetworkNotReady" => ("node_not_ready_for_pods", "The node cannot set a pod up"),
            "OOMKilling" or "SystemOOM" => (StatusReasons.OutOfMemory, "It used more memory than there is"),
            "Unhealthy" => (StatusReasons.WaitingForReady, "Its probe does not pass"),
            _ => (Snake(item.Reason ?? "event"), item.Reason ?? "Event"),
        };
        var count = Math.Max(item.Series?.Count ?? item.Count ?? 1, 1);
        return new RuntimeNotice(reason, Say($"{words} ({item.InvolvedObject?.Kind} {item.InvolvedObject?.Name}): {said}".TrimEnd(' ', ':')), At(item), count);
    }

    /// <summary>New reporters fill the times of the series or the event, old ones the last time; which of them are set depends on the reporter.</summary>
    private static DateTimeOffset At(Corev1Event item)
    {
        var at = ((DateTime?[])[item.Series?.LastObservedTime, item.LastTimestamp, item.EventTime, item.FirstTimestamp, item.Metadata?.CreationTimestamp]).FirstOrDefault(static time => time is not null) ?? default;
        return new DateTimeOffset(DateTime.SpecifyKind(at, DateTimeKind.Utc));
    }

    private static bool IsImage(string said) => said.Contains("image", StringComparison.OrdinalIgnoreCase) || said.Contains("ErrImagePull", StringComparison.Ordinal);

    private static string Snake(string name)
    {
        var text = new StringBuilder();
        foreach (var letter in name.Where(char.IsAsciiLetterOrDigit))
        {
            if (char.IsAsciiLetterUpper(letter) && text.Length > 0 && !char.IsAsciiLetterUpper(text[^1]))
            {
                text.Append('_');
            }

            text.Append(letter);
        }

        return text.ToString().ToLowerInvariant();
    }

    private static string Say(string text) => text.Length > LongestMessage ? text[..LongestMessage] + "…" : text;
}
