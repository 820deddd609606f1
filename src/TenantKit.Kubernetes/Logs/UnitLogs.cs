using System.Runtime.CompilerServices;
using System.Threading.Channels;
using TenantKit.Kubernetes.Manifests;
using TenantKit.Kubernetes.Units;
using TenantKit.Kubernetes.Watching;
using TenantKit.Orchestration;

namespace TenantKit.Kubernetes.Logs;

/// <summary>Reads the logs of all instances of a unit as one: what was kept of earlier ones, then those that are there, then, when followed, new ones.</summary>
internal sealed class UnitLogs(Cluster cluster, UnitRecords records, PodLogs logs, TimeProvider time, KubernetesOptions options)
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);

    public async IAsyncEnumerable<LogLine> ReadAsync(UnitRef unit, LogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (records.Find(unit) is null)
        {
            yield break;
        }

        List<LogLine> first = [.. KeptLog.Read(await records.ReadLogAsync(unit, Names.Of(unit, options), cancellationToken)).Where(line => query.Since is null || line.At >= query.Since)];
        if (!query.Follow)
        {
            foreach (var pod in Pods(unit))
            {
                await foreach (var line in logs.ReadAsync(pod, query, cancellationToken))
                {
                    first.Add(line);
                }
            }

            var sorted = first.OrderBy(static line => line.At);
            foreach (var line in query.Tail is { } tail ? sorted.TakeLast(tail) : sorted)
            {
                yield return line;
            }

            yield break;
        }

        foreach (var line in query.Tail is { } last ? first.TakeLast(last) : first)
        {
            yield return line;
        }

        await foreach (var line in FollowAsync(unit, query, cancellationToken))
        {
            yield return line;
        }
    }

    /// <summary>Each pod has a reader of its own; what they read runs together. The unit's end is the end.</summary>
    private async IAsyncEnumerable<LogLine> FollowAsync(UnitRef unit, LogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var merged = Channel.CreateBounded<LogLine>(256);
        var finding = FindAsync();
        try
        {
            await foreach (var line in merged.Reader.ReadAllAsync(cancellationToken))
            {
                yield return line;
            }
        }
        finally
        {
            await stopping.CancelAsync();
            await finding.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        async Task FindAsync()
        {
            Exception? failure = null;
            try
            {
                var followed = new Dictionary<string, Task<bool>>(StringComparer.Ordinal);
                while (records.Find(unit) is not null)
                {
                    foreach (var pod in Pods(unit).Where(static pod => pod.State != RuntimeState.Creating))
                    {
                        // One that was read to nothing had not started yet: it is tried again.
                        if (!followed.TryGetValue(pod.Uid, out var reader) || (reader.IsCompletedSuccessfully && !reader.Result))
                        {
                            followed[pod.Uid] = CopyAsync(pod);
                        }
                    }

                    await Task.Delay(LookInterval, time, stopping.Token);
                }

                await Task.WhenAll(followed.Values);
            }
            catch (Exception exception)
            {
                failure = exception;
            }

            merged.Writer.TryComplete(failure);
        }

        async Task<bool> CopyAsync(PodState pod)
        {
            var hasRead = pod.State == RuntimeState.Exited;
            await foreach (var line in logs.ReadAsync(pod, query, stopping.Token))
            {
                hasRead = true;
                await merged.Writer.WriteAsync(line, stopping.Token);
            }

            return hasRead;
        }
    }

    private IEnumerable<PodState> Pods(UnitRef unit) =>
        cluster.Pods.Of(unit.TenantId).Where(pod => pod.IsInstance && pod.UnitName == unit.Name).OrderBy(static pod => pod.InstanceId, StringComparer.Ordinal);
}
