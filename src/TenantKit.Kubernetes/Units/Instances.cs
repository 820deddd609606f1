using System.Net;
using k8s.Models;
using Microsoft.Extensions.Logging;
using TenantKit.Diagnostics;
using TenantKit.Kubernetes.Api;
using TenantKit.Kubernetes.Manifests;
using TenantKit.Kubernetes.Watching;
using TenantKit.Orchestration;

namespace TenantKit.Kubernetes.Units;

/// <summary>The pods of a unit: makes, resizes and removes them as the plan says.</summary>
internal sealed partial class Instances(
    ApiClient api, Cluster cluster, IInstanceCredentials credentials, IIdSource ids, KubernetesOptions options, ILogger<KubernetesOrchestrator> logger)
{
    /// <summary>The instances of a unit as they are known now, oldest first: ids are made in the order of time. What has ended and was told to go is gone.</summary>
    public IReadOnlyList<PodState> Of(UnitRef unit) =>
        [.. cluster.Pods.Of(unit.TenantId).Where(pod => pod.IsInstance && pod.UnitName == unit.Name && pod is not { State: RuntimeState.Exited, IsGoing: true }).OrderBy(static pod => pod.InstanceId, StringComparer.Ordinal)];

    public UnitPlan Plan(UnitSpec spec) => UnitPlan.Make(spec, [.. Of(spec.Unit).Select(pod => pod.Observe(Fingerprint.Of(spec)))]);

    public async Task ConvergeAsync(UnitContext context, UnitSpec spec, UnitPlan plan, CancellationToken cancellationToken)
    {
        var pods = Of(spec.Unit);
        var doomed = pods.Where(pod => plan.Stop.Contains(pod.InstanceId, StringComparer.Ordinal)).ToList();
        await Task.WhenAll(doomed.Select(pod => StopAsync(pod, spec.StopGracePeriod, cancellationToken)));

        var stays = pods.Where(pod => pod.State is RuntimeState.Creating or RuntimeState.Running && !doomed.Contains(pod)).ToList();
        await Task.WhenAll(stays.Where(pod => IsOtherSize(pod, spec)).Select(pod => ResizeAsync(context, pod, spec, cancellationToken)));
        await Task.WhenAll(stays.Where(pod => pod.State == RuntimeState.Creating && !context.Memory.HasKey(pod.Name)).Select(pod => DeliverKeyAsync(context, spec, pod, cancellationToken)));
        await Task.WhenAll(Enumerable.Range(0, plan.Start).Select(_ => StartAsync(context, spec, cancellationToken)));

        // One ended instance stays for people to look at; what is worth keeping of the others was written down.
        var ended = pods.Where(static pod => pod.State == RuntimeState.Exited).ToList();
        await Task.WhenAll(ended.SkipLast(1).Select(pod => StopAsync(pod, TimeSpan.Zero, cancellationToken)));
        context.Memory.KeepKeys(Of(spec.Unit).Where(static pod => pod.State == RuntimeState.Creating).Select(static pod => pod.Name).ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>Orders a pod to stop. What has ended already goes at once.</summary>
    public async Task StopAsync(PodState pod, TimeSpan grace, CancellationToken cancellationToken)
    {
        // Zero would take the pod from the API before its processes have ended: nobody could tell any more that they have.
        var seconds = Math.Max((long)Math.Ceiling(grace.TotalSeconds), 1);
        var how = new V1DeleteOptions { GracePeriodSeconds = seconds, Preconditions = new V1Preconditions { Uid = pod.Uid } };
        try
        {
            await api.DeleteAsync(KubeApi.Pods, pod.Namespace, pod.Name, how, cancellationToken);
        }
        catch (ApiException exception) when (exception.Is(HttpStatusCode.Conflict))
        {
            return; // Another pod of that name: this one is gone.
        }

        if (!pod.IsGoing)
        {
            cluster.Pods.Put(pod with { IsGoing = true, State = pod.State == RuntimeState.Exited ? pod.State : RuntimeState.Stopping, Version = pod.Version + 1 });
        }
    }

    private async Task StartAsync(UnitContext context, UnitSpec spec, CancellationToken cancellationToken)
    {
        var manifest = PodManifest.Instance(spec, ids.NewId(), options);
        V1Pod pod;
        try
        {
            pod = await QuotaPatience.RunAsync(() => api.CreateAsync(KubeApi.Pods, context.Names.Namespace, manifest, cancellationToken), context.Memory.HasNewLimits, api.Time, cancellationToken);
        }
        catch (ApiException exception) when (QuotaPatience.IsExceeded(exception) && Of(spec.Unit).Any(static other => other.IsGoing))
        {
            // Its own instances, which are told to stop, fill the quota until they have ended; their end is told of, and leads here again.
            LogNoRoomYet(context.Unit.TenantId, exception.Message);
            return;
        }

        if (PodReader.Read(pod) is { } made)
        {
            cluster.Pods.Put(made);
            try
            {
                await DeliverKeyAsync(context, spec, made, cancellationToken);
            }
            catch (ApiException)
            {
                await GiveUpAsync(spec, made, cancellationToken);
                throw;
            }

            LogStarted(made.InstanceId, context.Unit.TenantId, made.Namespace, made.Name);
        }
    }

    /// <summary>A pod without its key passes for one that starts, and would wait for it until its time is over.</summary>
    private async Task GiveUpAsync(UnitSpec spec, PodState pod, CancellationToken cancellationToken)
    {
        try
        {
            await StopAsync(pod, TimeSpan.Zero, cancellationToken);
        }
        catch (ApiException exception)
        {
            LogKeyless(pod.InstanceId, spec.Unit.TenantId, exception.Message);
        }
    }

    /// <summary>The pod first, then its key, which belongs to the pod and goes with it; the pod waits for it.</summary>
    private async Task DeliverKeyAsync(UnitContext context, UnitSpec spec, PodState pod, CancellationToken cancellationToken)
    {
        var owner = new V1Pod { Metadata = new V1ObjectMeta { Name = pod.Name, Uid = pod.Uid } };
        var secret = PodManifest.Key(spec, owner, credentials.GetKey(spec.Unit.TenantId, pod.InstanceId), options);
        try
        {
            await QuotaPatience.RunAsync(() => api.CreateAsync(KubeApi.Secrets, pod.Namespace, secret, cancellationToken), context.Memory.HasNewLimits, api.Time, cancellationToken);
        }
        catch (ApiException exception) when (exception.Is(HttpStatusCode.Conflict, "AlreadyExists"))
        {
        }

        context.Memory.KeyDelivered(pod.Name);
    }

    private static bool IsOtherSize(PodState pod, UnitSpec spec) =>
        pod.CpuMillicores != spec.Resources.CpuMillicores || pod.MemoryBytes != spec.Resources.MemoryBytes;

    /// <summary>Changes a size in place. A cluster that cannot, or a size that it refuses, replaces the instance instead.</summary>
    private async Task ResizeAsync(UnitContext context, PodState pod, UnitSpec spec, CancellationToken cancellationToken)
    {
        try
        {
            var resized = await QuotaPatience.RunAsync(
                () => api.PatchAsync<V1Pod>(KubeApi.PodResize, pod.Namespace, pod.Name, PodManifest.Resize(spec, options), JsonPatchBody.StrategicMergePatch, cancellationToken),
                context.Memory.HasNewLimits, api.Time, cancellationToken);
            if (PodReader.Read(resized) is { } known)
            {
                cluster.Pods.Put(known);
            }
        }
        catch (ApiException exception) when (exception.Code is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.UnprocessableEntity)
        {
            LogReplaced(pod.InstanceId, spec.Unit.TenantId, exception.Message);
            await StopAsync(pod, spec.StopGracePeriod, cancellationToken);
        }
    }

    [LoggerMessage(LogLevel.Information, "An instance of tenant {TenantId} waits until others have ended: {Problem}")]
    private partial void LogNoRoomYet(string tenantId, string problem);

    [LoggerMessage(LogLevel.Debug, "Instance {InstanceId} of tenant {TenantId} is the pod {Namespace}/{Name}")]
    private partial void LogStarted(string instanceId, string tenantId, string @namespace, string name);

    [LoggerMessage(LogLevel.Information, "Instance {InstanceId} of tenant {TenantId} has no key and cannot be removed: {Problem}")]
    private partial void LogKeyless(string instanceId, string tenantId, string problem);

    [LoggerMessage(LogLevel.Information, "Instance {InstanceId} of tenant {TenantId} cannot be resized in place and is replaced: {Problem}")]
    private partial void LogReplaced(string instanceId, string tenantId, string problem);
}
