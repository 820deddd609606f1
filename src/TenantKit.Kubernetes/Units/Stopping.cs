using TenantKit.Kubernetes.Logs;
using TenantKit.Kubernetes.Manifests;
using TenantKit.Kubernetes.Watching;
using TenantKit.Orchestration;
using TenantKit.Tenants;

namespace TenantKit.Kubernetes.Units;

/// <summary>Ends all pods of a unit and waits until the server itself says that none is left.</summary>
internal sealed class Stopping(Cluster cluster, Instances instances, DedicatedDatabases databases, UnitRecords records, LogKeeper logs, TimeProvider time, KubernetesOptions options)
{
    /// <summary>Beyond the grace period: what a node needs to take down sandboxes and to tell of it.</summary>
    private static readonly TimeSpan NodePatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SlowLookInterval = TimeSpan.FromSeconds(15);

    /// <param name="context">The unit.</param>
    /// <param name="record">Its record, when its last lines of log are to be kept; null when not.</param>
    /// <param name="grace">Time that its instances get.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public async Task StopAllAsync(UnitContext context, UnitRecord? record, TimeSpan grace, CancellationToken cancellationToken)
    {
        if (cluster.Pods.Of(context.Unit.TenantId).Count == 0)
        {
            await cluster.ReadPodsAsync(context.Unit.TenantId, cancellationToken);
        }

        var pods = Own(context);
        if (pods.Count == 0)
        {
            return;
        }

        var kept = record is not null ? logs.Begin(pods, cancellationToken) : null;
        try
        {
            if (pods.Any(static pod => pod.Component == Marks.DatabaseServer))
            {
                // The apps first: the database is the last to go.
                await StopAndWaitAsync(context, [.. pods.Where(static pod => pod.Component != Marks.DatabaseServer)], grace, cancellationToken);
                await databases.StopAsync(context, pods.Any(static pod => pod.Component != Marks.DatabaseServer && pod.StartedAt is not null), cancellationToken);
                await StopAndWaitAsync(context, [.. Own(context).Where(static pod => pod.Component == Marks.DatabaseServer)], options.Database.StopGracePeriod, cancellationToken);
            }

            await StopAndWaitAsync(context, null, grace, cancellationToken);
            if (kept is not null && await kept.FinishAsync(cancellationToken) is { } log)
            {
                await records.KeepLogAsync(context, record!, log, cancellationToken);
            }
        }
        finally
        {
            if (kept is not null)
            {
                await kept.DisposeAsync();
            }
        }
    }

    /// <param name="context">The unit.</param>
    /// <param name="some">Which pods; null for all, and then the server's word is the last one.</param>
    /// <param name="grace">Time that they get.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    private async Task StopAndWaitAsync(UnitContext context, IReadOnlyList<PodState>? some, TimeSpan grace, CancellationToken cancellationToken)
    {
        var ordered = new HashSet<string>(StringComparer.Ordinal);
        var since = time.GetTimestamp();
        var lastLook = since;
        while (true)
        {
            var changed = cluster.NextChangeOf(context.Unit.TenantId);
            var left = Own(context).Where(pod => some is null || some.Any(known => known.Uid == pod.Uid)).ToList();
            await Task.WhenAll(left.Where(pod => ordered.Add(pod.Uid) && pod.Component != Marks.DatabaseServer).Select(pod => instances.StopAsync(pod, grace, cancellationToken)));
            if (left.Count == 0)
            {
                if (some is not null)
                {
                    return;
                }

                await cluster.ReadPodsAsync(context.Unit.TenantId, cancellationToken);
                lastLook = time.GetTimestamp();
                if (Own(context).Count == 0)
                {
                    return;
                }

                continue;
            }

            if (time.GetElapsedTime(since) > grace + options.StopDelay + NodePatience)
            {
                throw Stuck(context, left[0]);
            }

            await WaitAsync(changed, cancellationToken);
            if (time.GetElapsedTime(lastLook) >= (cluster.IsFresh ? SlowLookInterval : LookInterval))
            {
                await cluster.ReadPodsAsync(context.Unit.TenantId, cancellationToken);
                lastLook = time.GetTimestamp();
            }
        }
    }

    private async Task WaitAsync(Task changed, CancellationToken cancellationToken)
    {
        try
        {
            await changed.WaitAsync(LookInterval, time, cancellationToken);
        }
        catch (TimeoutException)
        {
        }
    }

    private List<PodState> Own(UnitContext context) => [.. cluster.Pods.Of(context.Unit.TenantId).Where(pod => pod.UnitName == context.Unit.Name)];

    private static OrchestratorException Stuck(UnitContext context, PodState pod) => new(
        StatusReasons.NodeLost,
        $"The node {pod.Node ?? "of the pod"} has not confirmed that {context.Names.Namespace}/{pod.Name} ended. It is waited for, as two copies could write to one volume. If the node is gone for good, remove it from the cluster or taint it with node.kubernetes.io/out-of-service.",
        isTransient: true);
}
