using System.Net;
using k8s.Models;
using TenantKit.Kubernetes.Api;
using TenantKit.Kubernetes.Manifests;
using TenantKit.Kubernetes.Watching;
using TenantKit.Orchestration;
using TenantKit.Tenants;

namespace TenantKit.Kubernetes.Units;

/// <summary>The records of units: made before any pod, and changed only by who holds the newest fencing token.</summary>
internal sealed class UnitRecords(ApiClient api, Cluster cluster, KubernetesOptions options)
{
    private const int Tries = 5;

    public UnitRecord? Find(UnitRef unit) => cluster.Records.Of(unit.TenantId).FirstOrDefault(record => record.UnitName == unit.Name && !record.IsGoing);

    /// <summary>Finds the record of a unit, or makes the namespace for it, and refuses a caller whose token is outdated.</summary>
    /// <returns>Null when the unit is new: its record is made when all is made that must stand before its pods.</returns>
    public async Task<UnitRecord?> BeginAsync(UnitContext context, CancellationToken cancellationToken)
    {
        if (Find(context.Unit) is { } known)
        {
            return await ClaimAsync(context, known, cancellationToken);
        }

        if (context.Names.IsShared)
        {
            // Here it owns everything else: it is the first, and goes on without a word of what is made.
            return await CreateAsync(context, new Dictionary<string, string?>(), cancellationToken);
        }

        return await EnsureNamespaceAsync(context, cancellationToken) ? null
            : await TryReadAsync(context, cancellationToken) is { } found ? await ClaimAsync(context, found, cancellationToken) : null;
    }

    /// <summary>Makes the record of a unit, or finds the one of somebody who was faster, and refuses a caller whose token is outdated.</summary>
    public async Task<UnitRecord> CreateAsync(UnitContext context, IReadOnlyDictionary<string, string?> marks, CancellationToken cancellationToken)
    {
        try
        {
            return Remember(await api.CreateAsync(KubeApi.ServiceAccounts, context.Names.Namespace, RecordManifest.Of(context.Unit, context.Token, marks, options), cancellationToken));
        }
        catch (ApiException exception) when (exception.Is(HttpStatusCode.Conflict, "AlreadyExists"))
        {
            var found = await ClaimAsync(context, await ReadAsync(context, cancellationToken), cancellationToken);
            return marks.Count == 0 || found.Applied == marks.GetValueOrDefault(Marks.Applied) ? found : await PatchAsync(context, found, marks, cancellationToken);
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
                context.Memory.Doubt();
                return await PatchAsync(context, record, new Dictionary<string, string?> { [Marks.Token] = Marks.Number(context.Token) }, cancellationToken);
            }
            catch (ApiException exception) when (exception.Is(HttpStatusCode.Conflict) && attempt < Tries)
            {
                record = await ReadAsync(context, cancellationToken);
            }
        }
    }

    /// <summary>Changes annotations, provided that nobody else changed the record.</summary>
    public async Task<UnitRecord> PatchAsync(UnitContext context, UnitRecord record, IReadOnlyDictionary<string, string?> annotations, CancellationToken cancellationToken)
    {
        var patch = new Dictionary<string, object?>
        {
            ["metadata"] = new Dictionary<string, object?> { ["resourceVersion"] = record.Version.ToString(System.Globalization.CultureInfo.InvariantCulture), ["annotations"] = annotations },
        };
        return Remember(await api.PatchAsync<V1ServiceAccount>(
            KubeApi.ServiceAccounts, context.Names.Namespace, context.Names.Account, JsonPatchBody.Of(patch), JsonPatchBody.MergePatch, cancellationToken));
    }

    /// <summary>Keeps the last lines of log.</summary>
    public async Task KeepLogAsync(UnitContext context, UnitRecord record, string log, CancellationToken cancellationToken)
    {
        var body = RecordManifest.Log(context.Unit, log, options);
        body.Metadata.OwnerReferences = context.Names.IsShared ? [RecordManifest.Owner(record.Name, record.Uid)] : null;
        await api.ApplyAsync(KubeApi.ConfigMaps, context.Names.Namespace, context.Names.Log, k8s.KubernetesJson.Serialize(body), cancellationToken);
    }

    /// <summary>Forgets the kept log; where there is none, there is nothing to do.</summary>
    public async Task ForgetLogAsync(UnitContext context, CancellationToken cancellationToken)
    {
        try
        {
            var patch = new Dictionary<string, object?> { ["data"] = null };
            await api.PatchAsync<V1ConfigMap>(KubeApi.ConfigMaps, context.Names.Namespace, context.Names.Log, JsonPatchBody.Of(patch), JsonPatchBody.MergePatch, cancellationToken);
        }
        catch (ApiException exception) when (exception.Is(HttpStatusCode.NotFound))
        {
        }
    }

    public async Task<string?> ReadLogAsync(UnitRef unit, Names names, CancellationToken cancellationToken)
    {
        try
        {
            var kept = await api.GetAsync<V1ConfigMap>(KubeApi.ConfigMaps, names.Namespace, names.Log, cancellationToken);
            return Marks.Text(kept.Metadata.Annotations, Marks.TenantId) == unit.TenantId ? Marks.Text(kept.Data, RecordManifest.LogKey) : null;
        }
        catch (ApiException exception) when (exception.Is(HttpStatusCode.NotFound))
        {
            return null;
        }
    }

    /// <summary>Reads the record from the server, and refuses one of somebody else.</summary>
    private async Task<UnitRecord> ReadAsync(UnitContext context, CancellationToken cancellationToken)
    {
        var found = await api.GetAsync<V1ServiceAccount>(KubeApi.ServiceAccounts, context.Names.Namespace, context.Names.Account, cancellationToken);
        if (UnitRecord.Read(found.Metadata) is not { } record || record.Unit != context.Unit)
        {
            throw Foreign("ServiceAccount", context.Names.Account, found.Metadata);
        }

        return record.IsGoing ? throw Going(context) : Remember(found);
    }

    private async Task<UnitRecord?> TryReadAsync(UnitContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(context, cancellationToken);
        }
        catch (ApiException exception) when (exception.Is(HttpStatusCode.NotFound))
        {
            return null;
        }
    }

    /// <returns>True when it was not there before.</returns>
    private async Task<bool> EnsureNamespaceAsync(UnitContext context, CancellationToken cancellationToken)
    {
        try
        {
            var made = await api.CreateAsync(KubeApi.Namespaces, null, NamespaceManifest.Of(context.Unit, options), cancellationToken);
            if (UnitRecord.Read(made.Metadata) is { } space)
            {
                cluster.Namespaces.Put(space);
            }

            return true;
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
            context.Memory.Doubt();
            return false;
        }
    }

    private UnitRecord Remember(V1ServiceAccount account)
    {
        var record = UnitRecord.Read(account.Metadata) ?? throw new InvalidOperationException("A record lost its marks.");
        cluster.Records.Put(record);
        return record;
    }

    private static OrchestratorException Foreign(string kind, string name, V1ObjectMeta metadata) => new(
        StatusReasons.NameConflict,
        $"The {kind} '{name}' belongs to {(Marks.Text(metadata.Annotations, Marks.TenantId) is { } owner ? $"tenant {owner}" : "somebody else")}. Nothing of it was touched; remove it, or choose another name prefix.",
        isTransient: false);

    private static OrchestratorException Going(UnitContext context) => new(
        StatusReasons.OrchestratorUnavailable, $"The namespace '{context.Names.Namespace}' is still being removed; it goes on when that is done.", isTransient: true);
}
