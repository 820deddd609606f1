using System.Net;
using k8s.Models;
using TenantKit.Kubernetes.Api;
using TenantKit.Kubernetes.Manifests;
using TenantKit.Kubernetes.Watching;
using TenantKit.Orchestration;
using TenantKit.Templates;
using TenantKit.Tenants;

namespace TenantKit.Kubernetes.Units;

/// <summary>Starts and stops the databases beside the apps, in the mode <c>Dedicated</c>.</summary>
internal sealed class DedicatedDatabases(ApiClient api, Cluster cluster, UnitObjects objects, UnitRecords records, TimeProvider time, KubernetesOptions options)
{
    /// <summary>Noted on the record when an app has met its database: from then on there is data.</summary>
    public const string HasRun = "database";

    /// <summary>How long what was told to start may take to be seen; what is not there then was removed.</summary>
    private static readonly TimeSpan OrderPatience = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Starts the database of a unit unless it runs, or was told to start and was not seen yet. Once a database has held data its volume must be
    /// there, and a server that finds it empty refuses to start.
    /// </summary>
    public async Task EnsureAsync(UnitContext context, UnitSpec spec, UnitRecord record, CancellationToken cancellationToken)
    {
        if (spec.Database != DatabaseMode.Dedicated)
        {
            return;
        }

        if (Pods(context.Unit).Any(static pod => pod is { IsGoing: false, State: not RuntimeState.Exited }))
        {
            context.Memory.DatabaseOrderedAt = null;
            if (context.Memory.HasNewLimits)
            {
                // All around the instances is put back now. The server itself stays as it is: a new template of it would be a restart.
                await objects.ApplyAsync(KubeApi.Services, context, record, DatabaseManifests.Address(spec, options), cancellationToken);
            }

            return;
        }

        if (context.Memory.DatabaseOrderedAt is { } since && time.GetElapsedTime(since) < OrderPatience)
        {
            return;
        }

        var hasData = record.HasMade(HasRun);
        var volume = hasData ? objects.GrowAsync(context, DatabaseManifests.Volume(spec, options), mustExist: true, cancellationToken) : Task.CompletedTask;
        await Task.WhenAll(volume, objects.ApplyAsync(KubeApi.Services, context, record, DatabaseManifests.Address(spec, options), cancellationToken));
        await ApplyServerAsync(context, record, DatabaseManifests.Server(spec, hasData, options), cancellationToken);
        context.Memory.DatabaseOrderedAt = time.GetTimestamp();
    }

    /// <summary>Stops the database of a unit; its pod gets its time to end.</summary>
    /// <param name="context">The unit.</param>
    /// <param name="hasRun">True when an app has met it: apps start once it answers.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task StopAsync(UnitContext context, bool hasRun, CancellationToken cancellationToken)
    {
        context.Memory.DatabaseOrderedAt = null;
        if (hasRun && records.Find(context.Unit) is { } record && !record.HasMade(HasRun))
        {
            await records.PatchAsync(context, record, new Dictionary<string, string?> { [Marks.Made] = $"{record.Made},{HasRun}".TrimStart(',') }, cancellationToken);
        }

        await api.DeleteAsync(KubeApi.StatefulSets, context.Names.Namespace, context.Names.Database, new V1DeleteOptions { PropagationPolicy = "Background" }, cancellationToken);
        await api.DeleteAsync(KubeApi.Services, context.Names.Namespace, context.Names.Database, new V1DeleteOptions(), cancellationToken);
    }

    /// <summary>
    /// True while the server of a unit runs and nothing is there that needs it: a sleep that was cut short ended the app and not the database. Nobody
    /// would end it any more if the unit passed for asleep.
    /// </summary>
    public bool IsLeftAlone(UnitRef unit) =>
        Pods(unit).Any(static pod => pod.State != RuntimeState.Exited)
        && !cluster.Pods.Of(unit.TenantId).Any(pod => pod.UnitName == unit.Name && pod.Component != Marks.DatabaseServer && pod.State != RuntimeState.Exited);

    /// <summary>Says of an app that waits for its database what keeps the database.</summary>
    public InstanceObservation Explain(UnitRef unit, InstanceObservation instance)
    {
        if (instance.Message != PodReasons.WaitsForDatabase)
        {
            return instance;
        }

        var server = Pods(unit).OrderBy(static pod => pod.IsGoing).FirstOrDefault();
        return server switch
        {
            null => instance with { Reason = StatusReasons.DatabaseUnavailable, Message = "It waits for its database, which is not there. A restart of the tenant puts it back." },
            { Reason: StatusReasons.None } => instance,
            _ => instance with { Reason = server.Reason, Message = $"It waits for its database, which does not start: {server.Message}" },
        };
    }

    /// <summary>What of a StatefulSet cannot change changes with a new one; its pod and its volume stay.</summary>
    private async Task ApplyServerAsync(UnitContext context, UnitRecord record, V1StatefulSet server, CancellationToken cancellationToken)
    {
        try
        {
            await objects.ApplyAsync(KubeApi.StatefulSets, context, record, server, cancellationToken);
        }
        catch (ApiException exception) when (exception.Is(HttpStatusCode.UnprocessableEntity) && exception.Message.Contains("updates to statefulset spec", StringComparison.Ordinal))
        {
            await api.DeleteAsync(KubeApi.StatefulSets, context.Names.Namespace, server.Metadata.Name, new V1DeleteOptions { PropagationPolicy = "Orphan" }, cancellationToken);
            await objects.ApplyAsync(KubeApi.StatefulSets, context, record, server, cancellationToken);
        }
    }

    private IEnumerable<PodState> Pods(UnitRef unit) =>
        cluster.Pods.Of(unit.TenantId).Where(pod => pod.Component == Marks.DatabaseServer && pod.UnitName == unit.Name);
}
