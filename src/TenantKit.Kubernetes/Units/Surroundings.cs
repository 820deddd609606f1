using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using k8s;
using k8s.Models;
using TenantKit.Kubernetes.Api;
using TenantKit.Kubernetes.Manifests;
using TenantKit.Kubernetes.Watching;
using TenantKit.Orchestration;
using TenantKit.Templates;

namespace TenantKit.Kubernetes.Units;

/// <summary>Everything of a unit but its pods: walls, quota, volumes, credentials. Made before any pod, and asked for again only when it changes.</summary>
/// <remarks>What was made is noted on the record by the hash of its manifests, so that any control plane knows and none asks.</remarks>
internal sealed class Surroundings(ApiClient api, UnitRecords records, UnitObjects objects, SharedDatabases schemas, IInstanceCredentials credentials, KubernetesOptions options)
{
    private const string WithBudget = "-b";
    private const string CredentialsMade = "credentials";

    /// <param name="context">The unit.</param>
    /// <param name="spec">What is wanted.</param>
    /// <param name="record">Its record; null when it is new, and then the record is the last to be made.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<UnitRecord> EnsureAsync(UnitContext context, UnitSpec spec, UnitRecord? record, CancellationToken cancellationToken)
    {
        var walls = Walls(spec).ToList();
        var volumes = Volumes(spec).ToList();
        var needsBudget = spec.Replicas > 1;
        var applied = $"{Hash(spec, walls, volumes)}{(needsBudget ? WithBudget : "")}";
        if (record?.Applied == applied)
        {
            return record;
        }

        var (was, had) = (record?.Applied?.Split('-')[0], record?.Applied?.EndsWith(WithBudget, StringComparison.Ordinal) == true);
        var made = record?.Made ?? "";
        if (was != applied.Split('-')[0])
        {
            (record, made) = await BeginSchemaAsync(context, spec, record, cancellationToken);
            made = await ApplyAsync(context, record, walls, volumes, spec, cancellationToken);
        }

        var budget = VolumeManifest.Budget(spec, options);
        if (needsBudget && !had)
        {
            await objects.ApplyAsync(KubeApi.DisruptionBudgets, context, record, budget, cancellationToken);
        }
        else if (!needsBudget && had)
        {
            await api.DeleteAsync(KubeApi.DisruptionBudgets, context.Names.Namespace, budget.Metadata.Name, new V1DeleteOptions(), cancellationToken);
        }

        var marks = new Dictionary<string, string?> { [Marks.Applied] = applied, [Marks.Made] = made, [Marks.TenantName] = spec.TenantName };
        return record is null ? await records.CreateAsync(context, marks, cancellationToken) : await records.PatchAsync(context, record, marks, cancellationToken);
    }

    /// <summary>Notes that there may be a schema from now on, on a record that is there: without one it is looked for when the unit goes.</summary>
    private async Task<(UnitRecord? Record, string Made)> BeginSchemaAsync(UnitContext context, UnitSpec spec, UnitRecord? record, CancellationToken cancellationToken)
    {
        if (spec.Database == DatabaseMode.Shared)
        {
            schemas.Require();
            if (record is not null && !record.HasMade(SharedDatabases.Made) && !record.HasMade(SharedDatabases.Begun))
            {
                record = await records.PatchAsync(context, record, new Dictionary<string, string?> { [Marks.Made] = $"{record.Made},{SharedDatabases.Begun}".TrimStart(',') }, cancellationToken);
            }
        }

        return (record, record?.Made ?? "");
    }

    private IEnumerable<Wall> Walls(UnitSpec spec)
    {
        var isOwn = options.SharedNamespace is null;
        if (options.Quotas && isOwn)
        {
            yield return Wall.Of(KubeApi.ResourceQuotas, QuotaManifests.Quota(spec, options));
            yield return Wall.Of(KubeApi.LimitRanges, QuotaManifests.Limits(spec, options));
        }

        if (options.NetworkPolicies)
        {
            foreach (var policy in NetworkManifests.Of(spec, options))
            {
                yield return Wall.Of(KubeApi.NetworkPolicies, policy);
            }
        }
    }

    private IEnumerable<V1PersistentVolumeClaim> Volumes(UnitSpec spec)
    {
        yield return VolumeManifest.Claim(spec, options);
        if (spec.Database == DatabaseMode.Dedicated && options.SharedNamespace is not null)
        {
            // Elsewhere its StatefulSet makes it; here it must have an owner to go with.
            yield return DatabaseManifests.Volume(spec, options);
        }
    }

    /// <returns>What holds data and is made.</returns>
    private async Task<string> ApplyAsync(
        UnitContext context, UnitRecord? record, List<Wall> walls, List<V1PersistentVolumeClaim> volumes, UnitSpec spec, CancellationToken cancellationToken)
    {
        // The job for the schema takes longest, and is in another namespace: it begins first, and ends beside the rest.
        var granting = spec.Database == DatabaseMode.Shared ? schemas.GrantAsync(context, record?.HasMade(SharedDatabases.Made) == true, cancellationToken) : Task.CompletedTask;
        var objectsMade = MakeAsync(context, record, walls, volumes, spec, cancellationToken);
        await Task.WhenAll(objectsMade, granting);
        return await objectsMade;
    }

    private async Task<string> MakeAsync(
        UnitContext context, UnitRecord? record, List<Wall> walls, List<V1PersistentVolumeClaim> volumes, UnitSpec spec, CancellationToken cancellationToken)
    {
        context.Memory.HasNewLimits = true;
        // The quota first: until its controller has counted, it admits no volume and no pod. What is not counted gives it the time for that.
        foreach (var first in walls.Take(1))
        {
            await objects.ApplyAsync(first, context, record, cancellationToken);
        }

        var made = new SortedSet<string>((record?.Made ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries), StringComparer.Ordinal);
        var tasks = walls.Skip(1).Select(wall => objects.ApplyAsync(wall, context, record, cancellationToken)).ToList();
        // Secrets are neither read nor watched: where one was removed it is made again, as it was; where it is there, that is the answer.
        if (spec.Database == DatabaseMode.Dedicated)
        {
            made.Add(CredentialsMade);
            var secret = DatabaseManifests.Credentials(
                spec, credentials.GetKey(spec.Unit.TenantId, "database/app"), credentials.GetKey(spec.Unit.TenantId, "database/root"), options);
            tasks.Add(objects.CreateAsync(KubeApi.Secrets, context, record, secret, cancellationToken));
        }

        if (spec.Database == DatabaseMode.Shared)
        {
            made.Add(SharedDatabases.Made);
            made.Remove(SharedDatabases.Begun);
            tasks.Add(objects.CreateAsync(KubeApi.Secrets, context, record, SharedDatabaseManifests.Credentials(spec, schemas.KeyOf(spec.Unit.TenantId), options), cancellationToken));
        }

        await Task.WhenAll(tasks);
        tasks.Clear();
        // Without a finished record the store alone knows that the unit was there: its namespace was removed, and took the volumes along.
        var isLost = spec.WasMade && record?.Applied is null;
        foreach (var volume in volumes)
        {
            // A volume that was made once is never made again: an empty one in its place would be data lost without a word.
            tasks.Add(made.Add(volume.Metadata.Name) && !isLost ? objects.CreateAsync(KubeApi.VolumeClaims, context, record, volume, cancellationToken) : objects.GrowAsync(context, volume, mustExist: true, cancellationToken));
        }

        if ((record is not null || isLost) && spec.Database == DatabaseMode.Dedicated && !context.Names.IsShared)
        {
            tasks.Add(objects.GrowAsync(context, DatabaseManifests.Volume(spec, options), isLost || made.Contains(DedicatedDatabases.HasRun), cancellationToken));
        }

        await Task.WhenAll(tasks);
        return string.Join(',', made);
    }

    private string Hash(UnitSpec spec, List<Wall> walls, List<V1PersistentVolumeClaim> volumes)
    {
        // A restart puts back what was removed by hand: nobody watches these objects.
        var text = new StringBuilder(spec.Database.ToString()).Append(CultureInfo.InvariantCulture, $"{spec.RestartEpoch}");
        if (spec.Database == DatabaseMode.Shared)
        {
            text.Append(CultureInfo.InvariantCulture, $"{options.SharedDatabase.Host}:{options.SharedDatabase.Port}/{options.SharedDatabase.MaxConnections}/{options.SharedDatabase.RequireTls}");
        }

        foreach (var body in walls.Select(static wall => wall.Json).Concat(volumes.Select(static volume => KubernetesJson.Serialize(volume))))
        {
            text.Append(body);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 12));
    }
}
