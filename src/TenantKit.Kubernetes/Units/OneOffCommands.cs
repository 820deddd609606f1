using k8s.Models;
using TenantKit.Diagnostics;
using TenantKit.Kubernetes.Api;
using TenantKit.Kubernetes.Logs;
using TenantKit.Kubernetes.Manifests;
using TenantKit.Kubernetes.Watching;
using TenantKit.Orchestration;

namespace TenantKit.Kubernetes.Units;

/// <summary>Runs a command once, in a pod of its own with the data of the unit.</summary>
internal sealed class OneOffCommands(ApiClient api, Cluster cluster, Instances instances, PodLogs logs, IIdSource ids, TimeProvider time, KubernetesOptions options)
{
    private const int MostOutput = 64 << 10;
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CleanupPatience = TimeSpan.FromSeconds(10);

    public async Task<CommandResult> RunAsync(UnitContext context, UnitSpec spec, IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        var manifest = PodManifest.OneOff(spec, ids.NewId(), command, options);
        var created = await QuotaPatience.RunAsync(() => api.CreateAsync(KubeApi.Pods, context.Names.Namespace, manifest, cancellationToken), context.Memory.HasNewLimits, api.Time, cancellationToken);
        var pod = PodReader.Read(created) ?? throw new InvalidOperationException("The pod lost its marks.");
        cluster.Pods.Put(pod);
        try
        {
            var ended = await EndAsync(context, pod, cancellationToken);
            var output = await logs.TailAsync(ended, MostOutput, cancellationToken);
            return new CommandResult(ended.ExitCode ?? -1, ended.ExitCode is null && ended.Message is { } why ? $"{output}{why}" : output);
        }
        finally
        {
            using var limit = new CancellationTokenSource(CleanupPatience, time);
            await instances.StopAsync(pod, TimeSpan.Zero, limit.Token);
        }
    }

    private async Task<PodState> EndAsync(UnitContext context, PodState pod, CancellationToken cancellationToken)
    {
        while (true)
        {
            var changed = cluster.NextChangeOf(context.Unit.TenantId);
            var now = cluster.Pods.Of(context.Unit.TenantId).FirstOrDefault(known => known.Uid == pod.Uid);
            if (now is null)
            {
                return pod with { State = RuntimeState.Exited, Message = "The pod of the command was removed before it ended." };
            }

            if (now.State == RuntimeState.Exited)
            {
                return now;
            }

            try
            {
                await changed.WaitAsync(LookInterval, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                await cluster.RefreshAsync(context.Unit.TenantId, always: false, cancellationToken);
            }
        }
    }
}
