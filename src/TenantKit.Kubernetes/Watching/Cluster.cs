using System.Collections.Concurrent;
using System.Net;
using k8s.Models;
using Microsoft.Extensions.Logging;
using TenantKit.Diagnostics;
using TenantKit.Kubernetes.Api;
using TenantKit.Kubernetes.Manifests;
using TenantKit.Orchestration;

namespace TenantKit.Kubernetes.Watching;

/// <summary>What is known of the cluster: three watches for all tenants, started with the first question.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private int disposed;
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> changes = new(StringComparer.Ordinal);
    private readonly WatchMeter meter = new();
    private readonly ApiClient api;
    private readonly KubernetesOptions options;
    private readonly Informer<PodState> pods;
    private readonly Informer<UnitRecord> records;
    private readonly Informer<UnitRecord>? namespaces;
    private readonly Lazy<Task> running;

    public Cluster(ApiClient api, KubernetesOptions options, TimeProvider time, IRandomSource random, ILogger<KubernetesOrchestrator> logger)
    {
        (this.api, this.options) = (api, options);
        Pods = new ObjectTable<PodState>(Publish);
        Records = new ObjectTable<UnitRecord>(Publish);
        pods = new Informer<PodState>(api, WatchedKind<PodState>.Pods(options), Pods, options, meter, time, random, Events.Publish, logger);
        records = new Informer<UnitRecord>(api, WatchedKind<UnitRecord>.Records(options), Records, options, meter, time, random, Events.Publish, logger);
        Namespaces = new ObjectTable<UnitRecord>(Publish);
        namespaces = options.SharedNamespace is null ? new Informer<UnitRecord>(api, WatchedKind<UnitRecord>.Namespaces(options), Namespaces, options, meter, time, random, Events.Publish, logger) : null;
        running = new Lazy<Task>(() => Task.WhenAll(
            Task.Run(() => pods.RunAsync(stopping.Token)),
            Task.Run(() => records.RunAsync(stopping.Token)),
            Task.Run(() => namespaces?.RunAsync(stopping.Token) ?? Task.CompletedTask)));
    }

    public ObjectTable<PodState> Pods { get; }

    public ObjectTable<UnitRecord> Records { get; }

    /// <summary>The tenants' namespaces; none in a shared one.</summary>
    public ObjectTable<UnitRecord> Namespaces { get; }

    /// <summary>Tells of every change of every tenant.</summary>
    public UnitEventHub Events { get; } = new();

    /// <summary>True while the watches are to be trusted.</summary>
    public bool IsFresh => pods.IsFresh && records.IsFresh && namespaces?.IsFresh != false;

    /// <summary>Why the watches do not work, for people.</summary>
    public string? Problem => pods.Problem ?? records.Problem ?? namespaces?.Problem;

    /// <summary>Starts the watches, and waits for the first full list.</summary>
    public async Task SyncedAsync(CancellationToken cancellationToken)
    {
        _ = running.Value;
        await pods.SyncedAsync(cancellationToken);
        await records.SyncedAsync(cancellationToken);
        await (namespaces?.SyncedAsync(cancellationToken) ?? Task.CompletedTask);
    }

    /// <summary>Makes sure that what is in memory of a tenant is true now: as told by the watches, or read from the server where these are in doubt.</summary>
    public async Task RefreshAsync(string tenantId, bool always, CancellationToken cancellationToken)
    {
        _ = running.Value;
        if (always || !IsFresh)
        {
            await ReadAsync(tenantId, cancellationToken);
        }
    }

    /// <summary>Reads the pods of a tenant from the server, from the newest state.</summary>
    public Task ReadPodsAsync(string tenantId, CancellationToken cancellationToken) =>
        ReadPodsAsync(tenantId, Names.Of(tenantId, options).Namespace, Marks.Selector(options, tenantId), cancellationToken);

    /// <summary>Reads the pods of a tenant's jobs from the server.</summary>
    public Task ReadJobsAsync(string tenantId, CancellationToken cancellationToken) =>
        ReadPodsAsync(Marks.JobsOf(tenantId), SharedDatabaseManifests.SpaceOf(options), $"{Marks.Selector(options, tenantId)},{Marks.Component}={Marks.DatabaseJob}", cancellationToken);

    /// <summary>Completes with the next change of a tenant. Take it before looking: no change is lost.</summary>
    public Task NextChangeOf(string tenantId) =>
        changes.GetOrAdd(tenantId, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Once or more: a container disposes what it knows under two contracts twice.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
        {
            return;
        }

        await stopping.CancelAsync();
        if (running.IsValueCreated)
        {
            await running.Value.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Events.Complete();
        meter.Dispose();
        stopping.Dispose();
    }

    private async Task ReadPodsAsync(string key, string space, string selector, CancellationToken cancellationToken)
    {
        var body = await api.ReadBytesAsync(new ApiRequest("list", KubeApi.Pods, space, null) { Query = $"labelSelector={Uri.EscapeDataString(selector)}" }, cancellationToken);
        var page = ListPage.Read(body, WatchedKind<PodState>.Pods(options).Read);
        Pods.Replace(key, [.. page.Items.Where(pod => pod.TenantId == key)], UnitRecord.ParseVersion(page.Version));
    }

    private async Task ReadAsync(string tenantId, CancellationToken cancellationToken)
    {
        var names = Names.Of(tenantId, options);
        var query = $"labelSelector={Uri.EscapeDataString(Marks.Selector(options, tenantId) + $",{Marks.Component}={Marks.Unit}")}";
        var kind = WatchedKind<UnitRecord>.Records(options);
        var body = await api.ReadBytesAsync(new ApiRequest("list", kind.Resource, names.Namespace, null) { Query = query, Accept = kind.ListAccept }, cancellationToken);
        var page = ListPage.Read(body, kind.Read);
        Records.Replace(tenantId, [.. page.Items.Where(record => record.TenantId == tenantId)], UnitRecord.ParseVersion(page.Version));
        await ReadPodsAsync(tenantId, cancellationToken);
        if (!names.IsShared)
        {
            await ReadNamespaceAsync(tenantId, names.Namespace, cancellationToken);
        }
    }

    private async Task ReadNamespaceAsync(string tenantId, string name, CancellationToken cancellationToken)
    {
        try
        {
            var found = UnitRecord.Read((await api.GetAsync<V1Namespace>(KubeApi.Namespaces, null, name, cancellationToken)).Metadata);
            Namespaces.Replace(tenantId, found?.TenantId == tenantId ? [found] : [], found?.Version ?? 0);
        }
        catch (ApiException exception) when (exception.Is(HttpStatusCode.NotFound))
        {
            Namespaces.Replace(tenantId, [], ulong.MaxValue);
        }
    }

    private void Publish(string tenantId)
    {
        if (changes.TryRemove(tenantId, out var waiting))
        {
            waiting.TrySetResult();
        }

        if (!Marks.IsJobs(tenantId))
        {
            Events.Publish(tenantId);
        }
    }
}
