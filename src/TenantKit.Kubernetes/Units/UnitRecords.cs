using System.Net;
using k8s.Models;
using TenantKit.Kubernetes.Api;
using TenantKit.Kubernetes.Manifests;
using TenantKit.Kubernetes.Watching;
using TenantKit.Orchestration;
using TenantKit.Tenants;

namespace TenantKit.Kubernetes.Units;

/// <summary>The records of units: made first, and changed only by who holds the newest fencing token.</summary>
internal sealed class UnitRecords(ApiClient api, Cluster cluster, KubernetesOptions options)
{
    private const int Tries = 5;

    public UnitRecord? Find(UnitRef unit) => cluster.Records.Of(unit.TenantId).FirstOrDefault(record => record.UnitName == unit.Name && !record.IsGoing);

    /// <summary>Makes the namespace and the record of a unit, or finds them, and refuses a caller whose token is outdated.</summary>
    public async Task<UnitRecord> EnsureAsync(UnitContext context, CancellationToken cancellationToken)
    {
        if (Find(context.Unit) is { } known)
        {
            return await ClaimAsync(context, known, cancellationToken);
        }

        if (!context.Names.IsShared)
        {
            await EnsureNamespaceAsync(context, cancellationToken);
        }

        try
        {
            var made = await api.CreateAsync(KubeApi.ConfigMaps, context.Names.Namespace, RecordManifest.Of(context.Unit, context.Token, options), cancellationToken);
            return Remember(made);
        }
        catch (ApiException exception) when (exception.Is(HttpStatusCode.Conflict, "AlreadyExists"))
        {
            return await ClaimAsync(context, await ReadAsync(context, cancellationToken), cancellationToken);
        }
    }

    /// <summary>Notes the token of the caller, when it is newer than the one that is noted.</summary>
    /// <exception cref="StaleTokenException">The one that is noted is newer.</exception>
    public async Task<UnitRecord> ClaimAsync(UnitContext context, UnitRecord record, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (context.Token <= 0 || record.Token == context.Token)
            {
                return record;
            }

            if (record.Token > context.Token)
            {
                throw new StaleTokenException(context.Unit, context.Token, record.Token);
            }

            try
            {
                // Whoever acted before may have written since it was last seen here: look again before anything is made.
                context.Memory.IsDoubtful = true;
                return await PatchAsync(context, record, new Dictionary<string, string?> { [Marks.Token] = Marks.Number(context.Token) }, null, cancellationToken);
            }
            catch (ApiException exception) when (exception.Is(HttpStatusCode.Conflict) && attempt < Tries)
            {
                record = await ReadAsync(context, cancellationToken);
            }
        }
    }

    /// <summary>Changes annotations, and the kept log when one is given, provided that nobody else changed the record.</summary>
    public async Task<UnitRecord> PatchAsync(
        UnitContext context, UnitRecord record, IReadOnlyDictionary<string, string?> annotations, IReadOnlyDictionary<string, string?>? data, CancellationToken cancellationToken)
    {
        var patch = new Dictionary<string, object?>
        {
            ["metadata"] = new Dictionary<string, object?> { ["resourceVersion"] = record.Version.ToString(System.Globalization.CultureInfo.InvariantCulture), ["annotations"] = annotations },
        };
        if (data is not null)
        {
            patch["data"] = data;
        }

        return Remember(await api.PatchAsync<V1ConfigMap>(KubeApi.ConfigMaps, context.Names.Namespace, context.Names.Record, JsonPatchBody.Of(patch), JsonPatchBody.MergePatch, cancellationToken));
    }

    /// <summary>Changes the kept log; a record that is gone needs none.</summary>
    public async Task KeepLogAsync(UnitContext context, string? log, CancellationToken cancellationToken)
    {
        try
        {
            var patch = new Dictionary<string, object?> { ["data"] = new Dictionary<string, string?> { [RecordManifest.LogKey] = log } };
            Remember(await api.PatchAsync<V1ConfigMap>(KubeApi.ConfigMaps, context.Names.Namespace, context.Names.Record, JsonPatchBody.Of(patch), JsonPatchBody.MergePatch, cancellationToken));
        }
        catch (ApiException exception) when (exception.Is(HttpStatusCode.NotFound))
        {
        }
    }

    public async Task<string?> ReadLogAsync(UnitRef unit, Names names, CancellationToken cancellationToken)
    {
        var record = await api.GetAsync<V1ConfigMap>(KubeApi.ConfigMaps, names.Namespace, names.Record, cancellationToken);
        return Marks.Text(record.Metadata.Annotations, Marks.TenantId) == unit.TenantId ? Marks.Text(record.Data, RecordManifest.LogKey) : null;
    }

    /// <summary>Reads the record from the server, and refuses one of somebody else.</summary>
    private async Task<UnitRecord> ReadAsync(UnitContext context, CancellationToken cancellationToken)
    {
        var found = await api.GetAsync<V1ConfigMap>(KubeApi.ConfigMaps, context.Names.Namespace, context.Names.Record, cancellationToken);
        if (UnitRecord.Read(found.Metadata) is not { } record || record.Unit != context.Unit)
        {
            throw Foreign("ConfigMap", context.Names.Record, found.Metadata);
        }

        return record.IsGoing ? throw Going(context) : Remember(found);
    }

    private async Task EnsureNamespaceAsync(UnitContext context, CancellationToken cancellationToken)
    {
        try
        {
            var made = await api.CreateAsync(KubeApi.Namespaces, null, NamespaceManifest.Of(context.Unit, options), cancellationToken);
            if (UnitRecord.Read(made.Metadata) is { } space)
            {
                cluster.Namespaces.Put(space);
            }
        }
        catch (ApiException exception) when (exception.Is(HttpStatusCode.Conflict, "AlreadyExists"))
        {
            var found = await api.GetAsync<V1Namespace>(KubeApi.Namespaces, null, context.Names.Namespace, cancellationToken);
            if (Marks.Text(found.Metadata.Annotations, Marks.TenantId) != context.Unit.TenantId || Marks.Text(found.Metadata.Labels, Marks.Installation) != options.Installation)
            {
                throw Foreign("Namespace", context.Names.Namespace, found.Metadata);
            }

            if (found.Metadata.DeletionTimestamp is not null)
            {
                throw Going(context);
            }

            // It was here before: so may be pods that the watch has not told of.
            context.Memory.IsDoubtful = true;
        }
    }

    private UnitRecord Remember(V1ConfigMap map)
    {
        var record = UnitRecord.Read(map.Metadata) ?? throw new InvalidOperationException("A record lost its marks.");
        cluster.Records.Put(record);
        return record;
    }

    private static OrchestratorException Foreign(string kind, string name, V1ObjectMeta metadata) => new(
        StatusReasons.NameConflict,
        $"The {kind} '{name}' belongs to {(Marks.Text(metadata.Annotations, Marks.TenantId) is { } owner ? $"tenant {owner}" : "somebody else")}. Nothing of it was touched; remove it, or choose another name prefix.",
        isTransient: false);

    private static OrchestratorException Going(UnitContext context) => new(
        StatusReasons.OrchestratorUnavailable, $"The namespace '{context.Names.Namespace}' is still being removed; the unit is made anew when that is done.", isTransient: true);
}
