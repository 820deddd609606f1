using System.Net;
using k8s.Models;
using TenantKit.Kubernetes.Api;
using TenantKit.Kubernetes.Manifests;
using TenantKit.Kubernetes.Watching;
using TenantKit.Orchestration;
using TenantKit.Tenants;

namespace TenantKit.Kubernetes.Units;

/// <summary>Removes everything of a unit, and waits until the server says that it is gone.</summary>
internal sealed class Removal(ApiClient api, Cluster cluster, KubernetesOptions options, TimeProvider time)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public async Task RemoveAsync(UnitContext context, CancellationToken cancellationToken)
    {
        // The immutable uid is asked for, so that an object that was made anew under the name meanwhile is not the one that goes.
        var (resource, space, name) = context.Names.IsShared
            ? (KubeApi.ServiceAccounts, context.Names.Namespace, context.Names.Account)
            : (KubeApi.Namespaces, (string?)null, context.Names.Namespace);
        var wait = FirstWait;
        var since = time.GetTimestamp();
        string? uid = null;
        while (await ReadAsync(resource, space, name, cancellationToken) is { } found && (uid is null || found.Uid == uid))
        {
            if (Marks.Text(found.Annotations, Marks.TenantId) != context.Unit.TenantId || Marks.Text(found.Labels, Marks.Installation) != options.Installation)
            {
                return; // Somebody else's: nothing of ours is there.
            }

            uid ??= found.Uid;
            if (found.DeletionTimestamp is null)
            {
                var how = new V1DeleteOptions { PropagationPolicy = "Foreground", Preconditions = new V1Preconditions { Uid = found.Uid } };
                await api.DeleteAsync(resource, space, name, how, cancellationToken);
            }
            else if (time.GetElapsedTime(since) > Patience)
            {
                throw new OrchestratorException(
                    StatusReasons.OrchestratorUnavailable,
                    $"'{name}' is not gone after {Patience.TotalMinutes:0} minutes. Look at its finalizers and conditions (kubectl get {resource.Plural} {name} -o yaml).",
                    isTransient: true);
            }

            await Task.Delay(wait, time, cancellationToken);
            wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
        }

        cluster.Pods.Replace(context.Unit.TenantId, [], ulong.MaxValue);
        cluster.Records.Replace(context.Unit.TenantId, [], ulong.MaxValue);
        cluster.Namespaces.Replace(context.Unit.TenantId, [], ulong.MaxValue);
    }

    private async Task<V1ObjectMeta?> ReadAsync(ApiResource resource, string? space, string name, CancellationToken cancellationToken)
    {
        try
        {
            return space is null
                ? (await api.GetAsync<V1Namespace>(resource, null, name, cancellationToken)).Metadata
                : (await api.GetAsync<V1ServiceAccount>(resource, space, name, cancellationToken)).Metadata;
        }
        catch (ApiException exception) when (exception.Is(HttpStatusCode.NotFound))
        {
            return null;
        }
    }
}
