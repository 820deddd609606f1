using System.Net;
using System.Runtime.ExceptionServices;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;
using TenantKit.Kubernetes.Api;
using TenantKit.Kubernetes.Manifests;
using TenantKit.Kubernetes.Watching;
using TenantKit.Orchestration;
using TenantKit.Tenants;

namespace TenantKit.Kubernetes.Units;

/// <summary>Writes the objects of units: by server-side apply what may change, by a create what never does.</summary>
internal sealed partial class UnitObjects(ApiClient api, ILogger<KubernetesOrchestrator> logger)
{
    /// <summary>Server-side apply. Where another manager holds a field its value stays: somebody wanted it so.</summary>
    public Task ApplyAsync<T>(ApiResource resource, UnitContext context, UnitRecord? record, T body, CancellationToken cancellationToken)
        where T : IKubernetesObject<V1ObjectMeta>
    {
        Own(context, record, body.Metadata);
        return ApplyAsync(resource, context, body.Metadata.Name, KubernetesJson.Serialize(body), cancellationToken);
    }

    /// <summary>The same, of which the text is there already; only an owner changes it.</summary>
    public Task ApplyAsync(Wall wall, UnitContext context, UnitRecord? record, CancellationToken cancellationToken) => context.Names.IsShared
        ? ApplyAsync(wall.Resource, context, record, wall.Body, cancellationToken)
        : ApplyAsync(wall.Resource, context, wall.Body.Metadata.Name, wall.Json, cancellationToken);

    public async Task CreateAsync<T>(ApiResource resource, UnitContext context, UnitRecord? record, T body, CancellationToken cancellationToken)
        where T : IKubernetesObject<V1ObjectMeta>
    {
        Own(context, record, body.Metadata);
        var recount = new Once();
        try
        {
            await QuotaPatience.RunAsync(() => CreateOrSeeAsync(resource, context, body, recount, cancellationToken), context.Memory.HasNewLimits, api.Time, cancellationToken);
        }
        catch (ApiException exception) when (exception.Is(HttpStatusCode.Conflict, "AlreadyExists"))
        {
            // From a call before that was cut short: the name is made of the tenant's id, in a namespace that is proven to be ours.
        }
    }

    /// <summary>Volumes only grow, where their class lets them.</summary>
    /// <exception cref="OrchestratorException">It must exist and is gone.</exception>
    public async Task GrowAsync(UnitContext context, V1PersistentVolumeClaim volume, bool mustExist, CancellationToken cancellationToken)
    {
        var patch = new Dictionary<string, object?>
        {
            ["spec"] = new Dictionary<string, object?> { ["resources"] = new Dictionary<string, object?> { ["requests"] = new Dictionary<string, string> { ["storage"] = volume.Spec.Resources.Requests["storage"].ToString() } } },
        };
        try
        {
            await QuotaPatience.RunAsync(
                () => api.PatchAsync<V1PersistentVolumeClaim>(KubeApi.VolumeClaims, context.Names.Namespace, volume.Metadata.Name, JsonPatchBody.Of(patch), JsonPatchBody.MergePatch, cancellationToken),
                context.Memory.HasNewLimits, api.Time, cancellationToken);
        }
        catch (ApiException exception) when (exception.Is(HttpStatusCode.NotFound))
        {
            if (!mustExist)
            {
                return;
            }

            throw new OrchestratorException(
                StatusReasons.DataLost,
                $"The volume '{volume.Metadata.Name}' in the namespace '{context.Names.Namespace}' is gone. It is not replaced by an empty one; restore it, or delete the tenant.",
                isTransient: true, exception);
        }
        catch (ApiException exception) when (exception.Code is HttpStatusCode.UnprocessableEntity or HttpStatusCode.Forbidden && !ApiTrouble.LacksRight(exception))
        {
            LogVolumeStays(volume.Metadata.Name, context.Names.Namespace, context.Unit.TenantId, exception.Message);
        }
    }

    /// <summary>The API server asks the quota before it looks for the name: a volume that is there already is refused by the quota that it has used up itself.</summary>
    private async Task<T> CreateOrSeeAsync<T>(ApiResource resource, UnitContext context, T body, Once recount, CancellationToken cancellationToken)
        where T : IKubernetesObject<V1ObjectMeta>
    {
        try
        {
            return await api.CreateAsync(resource, context.Names.Namespace, body, cancellationToken);
        }
        catch (ApiException exception) when (QuotaPatience.IsExceeded(exception) && resource == KubeApi.VolumeClaims)
        {
            try
            {
                // Changes nothing, and needs no right to read.
                return await api.PatchAsync<T>(resource, context.Names.Namespace, body.Metadata.Name, new Dictionary<string, object?>(), JsonPatchBody.MergePatch, cancellationToken);
            }
            catch (ApiException missing) when (missing.Is(HttpStatusCode.NotFound))
            {
                if (recount.Take())
                {
                    await RecountAsync(context, cancellationToken);
                }

                ExceptionDispatchInfo.Throw(exception);
                throw;
            }
        }
    }

    /// <summary>
    /// A quota is charged before anything is written. Of a request that ends in between the charge stays until the quota's controller counts anew: within
    /// minutes, or when what the quota limits changes. So it is changed, and changed back.
    /// </summary>
    private async Task RecountAsync(UnitContext context, CancellationToken cancellationToken)
    {
        foreach (var most in (string?[])["1", null])
        {
            var patch = new Dictionary<string, object?> { ["spec"] = new Dictionary<string, object?> { ["hard"] = new Dictionary<string, object?> { ["count/leases.coordination.k8s.io"] = most } } };
            try
            {
                await api.PatchAsync<V1ResourceQuota>(KubeApi.ResourceQuotas, context.Names.Namespace, QuotaManifests.Name, JsonPatchBody.Of(patch), JsonPatchBody.MergePatch, cancellationToken);
            }
            catch (ApiException exception) when (exception.Is(HttpStatusCode.NotFound))
            {
                return; // The quota is somebody else's.
            }
        }
    }

    private async Task ApplyAsync(ApiResource resource, UnitContext context, string name, string json, CancellationToken cancellationToken)
    {
        try
        {
            await api.ApplyAsync(resource, context.Names.Namespace, name, json, cancellationToken);
        }
        catch (ApiException exception) when (exception.Is(HttpStatusCode.Conflict) && exception.HasCause("FieldManagerConflict"))
        {
            LogForeignField(resource.Kind, context.Names.Namespace, name, context.Unit.TenantId, exception.Message);
        }
    }

    /// <summary>In a shared namespace the record takes everything along when it goes.</summary>
    private static void Own(UnitContext context, UnitRecord? record, V1ObjectMeta metadata)
    {
        if (context.Names.IsShared && record is not null)
        {
            metadata.OwnerReferences = [RecordManifest.Owner(record.Name, record.Uid)];
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Kind} {Namespace}/{Name} of tenant {TenantId} is left as it is, because another manager owns a field: {Problem}")]
    private partial void LogForeignField(string kind, string @namespace, string name, string tenantId, string problem);

    [LoggerMessage(LogLevel.Warning, "The volume {Name} in {Namespace} of tenant {TenantId} keeps its size: {Problem}")]
    private partial void LogVolumeStays(string name, string @namespace, string tenantId, string problem);

    private sealed class Once
    {
        private bool taken;

        public bool Take() => !taken && (taken = true);
    }
}
