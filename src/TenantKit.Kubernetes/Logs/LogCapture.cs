using Microsoft.Extensions.Logging;
using TenantKit.Kubernetes.Api;
using TenantKit.Kubernetes.Watching;
using TenantKit.Orchestration;

namespace TenantKit.Kubernetes.Logs;

/// <summary>Follows the logs of pods to their end.</summary>
internal sealed partial class LogCapture : IAsyncDisposable
{
    private const int MostLines = 2000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly PodLogs logs;
    private readonly int mostBytes;
    private readonly TimeProvider time;
    private readonly ILogger<KubernetesOrchestrator> logger;
    private readonly CancellationTokenSource stopping;
    private readonly Queue<LogLine> lines = new();
    private readonly Task reading;

    public LogCapture(PodLogs logs, IReadOnlyList<PodState> pods, int mostBytes, TimeProvider time, ILogger<KubernetesOrchestrator> logger, CancellationToken cancellationToken)
    {
        (this.logs, this.mostBytes, this.time, this.logger) = (logs, mostBytes, time, logger);
        stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        reading = Task.WhenAll(pods.Select(ReadAsync));
    }

    /// <summary>What was kept; null when there was nothing.</summary>
    public async Task<string?> FinishAsync(CancellationToken cancellationToken)
    {
        try
        {
            await reading.WaitAsync(Patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
        }

        lock (lines)
        {
            return lines.Count == 0 ? null : KeptLog.Write(lines, mostBytes);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.Dispose();
    }

    private async Task ReadAsync(PodState pod)
    {
        try
        {
            await foreach (var line in logs.ReadAsync(pod, new LogQuery { Tail = MostLines, Follow = true }, stopping.Token))
            {
                lock (lines)
                {
                    lines.Enqueue(line);
                    if (lines.Count > MostLines)
                    {
                        lines.Dequeue();
                    }
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
        catch (ApiException exception)
        {
            LogNotKept(exception, pod.InstanceId, pod.TenantId); // A sleep must not fail for a log.
        }
    }

    [LoggerMessage(LogLevel.Information, "The log of instance {InstanceId} of tenant {TenantId} is not kept, as it cannot be read")]
    private partial void LogNotKept(Exception exception, string instanceId, string tenantId);
}
