using Microsoft.Extensions.Logging;
using TenantKit.Kubernetes.Watching;

namespace TenantKit.Kubernetes.Logs;

/// <summary>Keeps the last lines of instances that are about to go: with a pod its log is gone.</summary>
internal sealed class LogKeeper(PodLogs logs, KubernetesOptions options, TimeProvider time, ILogger<KubernetesOrchestrator> logger)
{
    /// <summary>Begins to follow the pods' logs; null when none are kept.</summary>
    public LogCapture? Begin(IReadOnlyList<PodState> pods, CancellationToken cancellationToken) =>
        options.KeptLogBytes == 0 ? null : new LogCapture(logs, [.. pods.Where(static pod => pod.IsInstance)], options.KeptLogBytes, time, logger, cancellationToken);
}
