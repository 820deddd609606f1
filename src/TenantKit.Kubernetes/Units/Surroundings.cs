using System.Net;
using System.Security.Cryptography;
using System.Text;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;
using TenantKit.Kubernetes.Api;
using TenantKit.Kubernetes.Manifests;
using TenantKit.Kubernetes.Watching;
using TenantKit.Orchestration;
using TenantKit.Templates;
using TenantKit.Tenants;

namespace TenantKit.Kubernetes.Units;

/// <summary>Everything of a unit but its instances: walls, quota, volume, database. Made before any pod, and asked for again only when it changes.</summary>
/// <remarks>What was made is noted on the record by the hash of its manifests, so that any control plane knows and none asks.</remarks>
internal sealed partial class Surroundings(ApiClient api, UnitRecords records, IInstanceCredentials credentials, KubernetesOptions options, ILogger<KubernetesOrchestrator> logger)
{
    private const char WithBudget = 'b';

    public async Task<UnitRecord> EnsureAsync(UnitContext context, UnitSpec spec, UnitRecord record, CancellationToken cancellationToken)
    {
        var walls = Walls(spec).ToList();
        var volumes = Volumes(spec).ToList();
        var needsBudget = spec.Replicas > 1;
        var applied = $"{Hash(walls, volumes)}{(needsBudget ? $"-{WithBudget}" : "")}";
        if (record.Applied == applied)
        {
            return record;
        }

        var (was, had) = (record.Applied?.Split('-')[0], record.Applied?.Contains(WithBudget, StringComparison.Ordinal) == true);
        if (was != applied.Split('-')[0])
        {
            await ApplyAsync(context, record, walls, volumes, spec, cancellationToken);
        }

        var budget = VolumeManifest.Budget(spec, options);
        if (needsBudget && !had)
        {
            await ApplyAsync(KubeApi.DisruptionBudgets, context, record, budget, cancellationToken);
        }
        else if (!needsBudget && had)
        {
            await api.DeleteAsync(KubeApi.DisruptionBudgets, context.Names.Namespace, budget.Metadata.Name, new V1DeleteOptions(), cancellationToken);
        }

        return await records.PatchAsync(context, record, new Dictionary<string, string?> { [Marks.Applied] = applied, [Marks.TenantName] = spec.TenantName }, null, cancellationToken);
    }

    /// <summary>Starts the database beside the app, where there is one; it runs already when that changes nothing.</summary>
    public async Task StartDatabaseAsync(UnitContext context, UnitSpec spec, UnitRecord record, CancellationToken cancellationToken)
    {
        if (spec.Database == DatabaseMode.Dedicated)
        {
            await ApplyAsync(KubeApi.Services, context, record, DatabaseManifests.Address(spec, options), cancellationToken);
            await ApplyAsync(KubeApi.StatefulSets, context, record, DatabaseManifests.Server(spec, options), cancellationToken);
        }
    }

    public async Task StopDatabaseAsync(UnitContext context, CancellationToken cancellationToken)
    {
        await api.DeleteAsync(KubeApi.StatefulSets, context.Names.Namespace, context.Names.Database, new V1DeleteOptions { PropagationPolicy = "Background" }, cancellationToken);
        await api.DeleteAsync(KubeApi.Services, context.Names.Namespace, context.Names.Database, new V1DeleteOptions(), cancellationToken);
    }

    private IEnumerable<(ApiResource Resource, IKubernetesObject<V1ObjectMeta> Body)> Walls(UnitSpec spec)
    {
        var isOwn = options.SharedNamespace is null;
        if (options.Quotas && isOwn)
        {
            yield return (KubeApi.ResourceQuotas, QuotaManifests.Quota(spec, options));
            yield return (KubeApi.LimitRanges, QuotaManifests.Limits(spec, options));
        }

        if (options.NetworkPolicies)
        {
            foreach (var policy in NetworkManifests.Of(spec, options))
            {
                yield return (KubeApi.NetworkPolicies, policy);
            }
        }
    }

    private IEnumerable<V1PersistentVolumeClaim> Volumes(UnitSpec spec)
    {
        yield return VolumeManifest.Claim(spec, options);
        if (spec.Database == DatabaseMode.Dedicated)
        {
            yield return DatabaseManifests.Volume(spec, options);
        }
    }

    private async Task ApplyAsync(
        UnitContext context, UnitRecord record, List<(ApiResource Resource, IKubernetesObject<V1ObjectMeta> Body)> walls, List<V1PersistentVolumeClaim> volumes, UnitSpec spec, CancellationToken cancellationToken)
    {
        // The quota first: until its controller has counted, it admits nothing. The rest side by side.
        foreach (var (resource, body) in walls.Take(1))
        {
            await ApplyAsync(resource, context, record, body, cancellationToken);
        }

        var isNew = record.Applied is null;
        var tasks = walls.Skip(1).Select(wall => ApplyAsync(wall.Resource, context, record, wall.Body, cancellationToken)).ToList();
        if (isNew)
        {
            tasks.Add(CreateAsync(KubeApi.ServiceAccounts, context, record, VolumeManifest.Account(spec, options), cancellationToken));
        }

        await Task.WhenAll(tasks);
        if (isNew && spec.Database == DatabaseMode.Dedicated)
        {
            var secret = DatabaseManifests.Credentials(
                spec, credentials.GetKey(spec.Unit.TenantId, "database/app"), credentials.GetKey(spec.Unit.TenantId, "database/root"), options);
            await CreateAsync(KubeApi.Secrets, context, record, secret, cancellationToken);
        }

        foreach (var volume in volumes)
        {
            // A volume that was made once is never made again: an empty one in its place would be data lost without a word.
            await (isNew ? CreateAsync(KubeApi.VolumeClaims, context, record, volume, cancellationToken) : GrowAsync(context, volume, cancellationToken));
        }
    }

    /// <summary>Server-side apply. Where another manager holds a field its value stays: somebody wanted it so.</summary>
    private async Task ApplyAsync<T>(ApiResource resource, UnitContext context, UnitRecord record, T body, CancellationToken cancellationToken)
        where T : IKubernetesObject<V1ObjectMeta>
    {
        Own(context, record, body.Metadata);
        try
        {
            await api.ApplyAsync(resource, context.Names.Namespace, body, cancellationToken);
        }
        catch (ApiException exception) when (exception.Is(HttpStatusCode.Conflict) && exception.HasCause("FieldManagerConflict"))
        {
            LogForeignField(resource.Kind, context.Names.Namespace, body.Metadata.Name, context.Unit.TenantId, exception.Message);
        }
    }

    private async Task CreateAsync<T>(ApiResource resource, UnitContext context, UnitRecord record, T body, CancellationToken cancellationToken)
        where T : IKubernetesObject<V1ObjectMeta>
    {
        Own(context, record, body.Metadata);
        try
        {
            await QuotaPatience.RunAsync(() => api.CreateAsync(resource, context.Names.Namespace, body, cancellationToken), api.Time, cancellationToken);
        }
        catch (ApiException exception) when (exception.Is(HttpStatusCode.Conflict, "AlreadyExists"))
        {
            // From a call before that was cut short: the name is made of the tenant's id, in a namespace that is proven to be ours.
        }
    }

    /// <summary>Volumes only grow, where their class lets them.</summary>
    private async Task GrowAsync(UnitContext context, V1PersistentVolumeClaim volume, CancellationToken cancellationToken)
    {
        var patch = new Dictionary<string, object?>
        {
            ["spec"] = new Dictionary<string, object?> { ["resources"] = new Dictionary<string, object?> { ["requests"] = new Dictionary<string, string> { ["storage"] = volume.Spec.Resources.Requests["storage"].ToString() } } },
        };
        try
        {
            await api.PatchAsync<V1PersistentVolumeClaim>(KubeApi.VolumeClaims, context.Names.Namespace, volume.Metadata.Name, JsonPatchBody.Of(patch), JsonPatchBody.MergePatch, cancellationToken);
        }
        catch (ApiException exception) when (exception.Is(HttpStatusCode.NotFound))
        {
            throw new OrchestratorException(
                StatusReasons.DataLost,
                $"The volume '{volume.Metadata.Name}' in the namespace '{context.Names.Namespace}' is gone. It is not replaced by an empty one; restore it, or delete the tenant.",
                isTransient: true, exception);
        }
        catch (ApiException exception) when (exception.Code is HttpStatusCode.UnprocessableEntity or HttpStatusCode.Forbidden)
        {
            LogVolumeStays(volume.Metadata.Name, context.Names.Namespace, context.Unit.TenantId, exception.Message);
        }
    }

    /// <summary>In a shared namespace the record takes everything along when it goes.</summary>
    private static void Own(UnitContext context, UnitRecord record, V1ObjectMeta metadata)
    {
        if (context.Names.IsShared)
        {
            var owner = RecordManifest.Owner(record.Name, record.Uid);
            owner.BlockOwnerDeletion = true;
            metadata.OwnerReferences = [owner];
        }
    }

    private static string Hash(List<(ApiResource Resource, IKubernetesObject<V1ObjectMeta> Body)> walls, List<V1PersistentVolumeClaim> volumes)
    {
        var text = new StringBuilder();
        foreach (var body in walls.Select(static wall => wall.Body).Concat(volumes))
        {
            text.Append(KubernetesJson.Serialize(body));
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 12));
    }

    [LoggerMessage(LogLevel.Warning, "{Kind} {Namespace}/{Name} of tenant {TenantId} is left as it is, because another manager owns a field: {Problem}")]
    private partial void LogForeignField(string kind, string @namespace, string name, string tenantId, string problem);

    [LoggerMessage(LogLevel.Warning, "The volume {Name} in {Namespace} of tenant {TenantId} keeps its size: {Problem}")]
    private partial void LogVolumeStays(string name, string @namespace, string tenantId, string problem);
}
