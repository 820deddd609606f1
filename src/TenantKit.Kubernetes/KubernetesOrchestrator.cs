using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TenantKit.Diagnostics;
using TenantKit.Kubernetes.Api;
using TenantKit.Kubernetes.Images;
using TenantKit.Kubernetes.Logs;
using TenantKit.Kubernetes.Manifests;
using TenantKit.Kubernetes.Units;
using TenantKit.Kubernetes.Watching;
using TenantKit.Orchestration;
using TenantKit.Tenants;

namespace TenantKit.Kubernetes;

/// <summary>Runs units as pods of a Kubernetes cluster, each tenant in a walled namespace of its own.</summary>
/// <remarks>
/// Thread-safe. Answers what there is from three watches that all tenants share, and asks the API server itself where these are in doubt and
/// before it says that something is gone.
/// </remarks>
internal sealed class KubernetesOrchestrator : IContainerOrchestrator, IRuntimeNoticeReader, IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, UnitMemory> memories = new(StringComparer.Ordinal);
    private readonly TokenGate tokens = new();
    private readonly KubernetesOptions options;
    private readonly TimeProvider time;
    private readonly ClusterConnection connection;
    private readonly ApiClient api;
    private readonly ImageRegistry images;
    private readonly UnitRecords records;
    private readonly Surroundings surroundings;
    private readonly SharedDatabases schemas;
    private readonly DedicatedDatabases databases;
    private readonly Instances instances;
    private readonly Stopping stopping;
    private readonly Removal removal;
    private readonly OneOffCommands commands;
    private readonly UnitLogs logs;
    private readonly UsageReader usage;
    private readonly EventReader events;

    public KubernetesOrchestrator(
        ClusterConnection connection, IOptions<KubernetesOptions> options, IInstanceCredentials credentials, IIdSource ids, IRandomSource random, TimeProvider time, ILogger<KubernetesOrchestrator> logger)
    {
        (this.connection, this.time, this.options) = (connection, time, options.Value);
        api = new ApiClient(connection, this.options, time, random);
        Cluster = new Cluster(api, this.options, time, random, logger);
        images = new ImageRegistry(this.options, time);
        records = new UnitRecords(api, Cluster, this.options);
        var objects = new UnitObjects(api, logger);
        schemas = new SharedDatabases(api, Cluster, credentials, ids, time, this.options);
        surroundings = new Surroundings(api, records, objects, schemas, credentials, this.options);
        databases = new DedicatedDatabases(api, Cluster, objects, records, time, this.options);
        instances = new Instances(api, Cluster, credentials, ids, this.options, logger);
        var podLogs = new PodLogs(api);
        stopping = new Stopping(Cluster, instances, databases, records, new LogKeeper(podLogs, this.options, time, logger), time, this.options);
        removal = new Removal(api, Cluster, this.options, time);
        commands = new OneOffCommands(api, Cluster, instances, podLogs, ids, time, this.options);
        logs = new UnitLogs(Cluster, records, podLogs, time, this.options);
        usage = new UsageReader(api, instances, this.options);
        events = new EventReader(api, Cluster, time, this.options);
        Capabilities = new OrchestratorCapabilities
        {
            Replicas = true, ResizeInPlace = true, Volumes = true, NetworkIsolation = this.options.NetworkPolicies, EnforcesLimits = true, ImageDigests = this.options.ResolveImages,
            Fencing = true, Commands = true, DedicatedDatabase = true, SharedDatabase = this.options.SharedDatabase.Host is not null,
        };
    }

    public string Name => "kubernetes";

    public OrchestratorCapabilities Capabilities { get; }

    internal Cluster Cluster { get; }

    internal ApiClient Api => api;

    public Task<ImageResolution> ResolveImageAsync(string image, IReadOnlyList<string> command, CancellationToken cancellationToken) =>
        images.ResolveAsync(image, isFresh: true, cancellationToken);

    public async Task<UnitObservation> EnsureAsync(UnitSpec spec, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return await CallAsync(spec.Unit, spec.FencingToken, $"Starting unit '{spec.Unit.Name}'", async context =>
        {
            var record = await PrepareAsync(context, spec, cancellationToken);
            context.Memory.Fingerprint = Fingerprint.Of(spec);
            var plan = instances.Plan(spec);
            if (plan.Start > 0 && context.Memory.IsDoubtful)
            {
                await Cluster.ReadPodsAsync(spec.Unit.TenantId, cancellationToken);
                context.Memory.Settle();
                plan = instances.Plan(spec);
            }

            // The app's pods wait for the database themselves: side by side both come up sooner.
            var converging = instances.ConvergeAsync(context, spec, plan, cancellationToken);
            await Task.WhenAll(converging, spec.Replicas > 0 ? databases.EnsureAsync(context, spec, record, cancellationToken) : Task.CompletedTask);
            return Observe(spec.Unit) ?? new UnitObservation(spec.Unit, [], HasData: true);
        }, cancellationToken);
    }

    public Task SleepAsync(UnitRef unit, TimeSpan gracePeriod, long fencingToken, CancellationToken cancellationToken) =>
        CallAsync(unit, fencingToken, $"Putting unit '{unit?.Name}' to sleep", async context =>
        {
            await StopAsync(context, gracePeriod, keepsLog: true, cancellationToken);
            return true;
        }, cancellationToken);

    public Task DeleteAsync(UnitRef unit, bool deleteData, TimeSpan gracePeriod, long fencingToken, CancellationToken cancellationToken) =>
        CallAsync(unit, fencingToken, $"Removing unit '{unit?.Name}'", async context =>
        {
            var record = await StopAsync(context, gracePeriod, keepsLog: false, cancellationToken);
            if (deleteData)
            {
                await schemas.DropAsync(context, record, cancellationToken);
                await removal.RemoveAsync(context, cancellationToken);
            }
            else if (record is not null)
            {
                await records.ForgetLogAsync(context, cancellationToken);
            }

            return true;
        }, cancellationToken);

    public async Task<UnitObservation?> ObserveAsync(UnitRef unit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(unit);
        var memory = MemoryOf(unit);
        try
        {
            await SyncedAsync(cancellationToken);
            var doubts = memory.Doubts;
            await Cluster.RefreshAsync(unit.TenantId, memory.IsUnseen, cancellationToken);
            memory.LookedAt(doubts);
        }
        catch (ApiException exception)
        {
            throw ApiTrouble.Explain($"Looking at unit '{unit.Name}'", exception);
        }

        return Observe(unit);
    }

    public async IAsyncEnumerable<UnitObservation> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await SyncedAsync(cancellationToken);
        foreach (var tenantId in Cluster.Records.Tenants().Union(Cluster.Pods.Tenants(), StringComparer.Ordinal).Union(Cluster.Namespaces.Tenants(), StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var units = Cluster.Records.Of(tenantId).Concat(Cluster.Namespaces.Of(tenantId)).Select(static record => record.Unit)
                .Concat(Cluster.Pods.Of(tenantId).Where(static pod => pod.IsInstance).Select(static pod => new UnitRef(pod.TenantId, pod.UnitName)));
            foreach (var unit in units.Distinct())
            {
                if (Observe(unit) is { } observation)
                {
                    yield return observation;
                }
            }
        }
    }

    public async IAsyncEnumerable<UnitEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var events = Cluster.Events.WatchAsync(cancellationToken);
        _ = Cluster.SyncedAsync(CancellationToken.None);
        await foreach (var change in events)
        {
            yield return change;
        }
    }

    public async Task<UnitUsage> ReadUsageAsync(UnitRef unit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(unit);
        await SyncedAsync(cancellationToken);
        try
        {
            return await usage.ReadAsync(unit, cancellationToken);
        }
        catch (ApiException exception)
        {
            throw ApiTrouble.Explain($"Reading the usage of unit '{unit.Name}'", exception);
        }
    }

    public async Task<IReadOnlyList<RuntimeNotice>> ReadNoticesAsync(UnitRef unit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(unit);
        try
        {
            return await events.ReadAsync(unit, cancellationToken);
        }
        catch (ApiException exception)
        {
            throw ApiTrouble.Explain($"Reading the cluster's events about unit '{unit.Name}'", exception);
        }
    }

    public async IAsyncEnumerable<LogLine> ReadLogsAsync(UnitRef unit, LogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await SyncedAsync(cancellationToken);
        await using var lines = logs.ReadAsync(unit, query, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            try
            {
                if (!await lines.MoveNextAsync())
                {
                    yield break;
                }
            }
            catch (ApiException exception)
            {
                throw ApiTrouble.Explain($"Reading the logs of unit '{unit.Name}'", exception);
            }

            yield return lines.Current;
        }
    }

    public async Task<CommandResult> RunCommandAsync(UnitSpec spec, IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var context = await CallAsync(spec.Unit, spec.FencingToken, $"Running a command in unit '{spec.Unit.Name}'", async context =>
        {
            var record = await PrepareAsync(context, spec with { Replicas = Math.Max(spec.Replicas, 1) }, cancellationToken);
            await databases.EnsureAsync(context, spec, record, cancellationToken);
            return context;
        }, cancellationToken);
        try
        {
            return await commands.RunAsync(context, spec, command, cancellationToken);
        }
        catch (ApiException exception)
        {
            throw ApiTrouble.Explain($"Running a command in unit '{spec.Unit.Name}'", exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        images.Dispose();
        api.Dispose();
        connection.Dispose();
    }

    private async Task<UnitRecord> PrepareAsync(UnitContext context, UnitSpec spec, CancellationToken cancellationToken)
    {
        await Cluster.RefreshAsync(spec.Unit.TenantId, always: false, cancellationToken);
        // A wake does not ask the registry first: where the image is gone, the pod says so. What runs is not stopped for an image that is not there.
        var wakes = records.Find(spec.Unit) is { Applied: not null } && instances.Of(spec.Unit).All(static pod => pod.State == RuntimeState.Exited);
        if (spec.Replicas > 0 && !wakes && await images.ResolveAsync(spec.Image, isFresh: false, cancellationToken) is { Found: false, Problem: var problem })
        {
            throw new OrchestratorException(StatusReasons.ImageNotFound, problem!, isTransient: false);
        }

        var record = await records.BeginAsync(context, cancellationToken);
        return await surroundings.EnsureAsync(context, spec, record, cancellationToken);
    }

    private async Task<UnitRecord?> StopAsync(UnitContext context, TimeSpan grace, bool keepsLog, CancellationToken cancellationToken)
    {
        await Cluster.RefreshAsync(context.Unit.TenantId, context.Memory.IsDoubtful, cancellationToken);
        var record = records.Find(context.Unit);
        if (record is not null)
        {
            record = await records.ClaimAsync(context, record, cancellationToken);
        }

        if (record is not null || Cluster.Pods.Of(context.Unit.TenantId).Count > 0)
        {
            await stopping.StopAllAsync(context, keepsLog ? record : null, grace, cancellationToken);
        }

        context.Memory.Settle();
        context.Memory.DatabaseOrderedAt = null;
        context.Memory.ForgetKeys();
        return record;
    }

    private UnitObservation? Observe(UnitRef unit)
    {
        var fingerprint = MemoryOf(unit).Fingerprint;
        var seen = instances.Of(unit).Select(pod => databases.Explain(unit, pod.Observe(fingerprint))).ToList();
        // A namespace without a record, as a crash or a person leaves it, may hold the tenant's volume: nobody is told that there is no data.
        var spaces = Cluster.Namespaces.Of(unit.TenantId).Where(space => space.UnitName == unit.Name).ToList();
        var hasData = records.Find(unit) is not null || spaces.Exists(static space => !space.IsGoing);
        return seen.Count == 0 && !hasData && spaces.Count == 0 ? null : new UnitObservation(unit, seen, hasData) { HasCompanions = databases.IsLeftAlone(unit) };
    }

    /// <summary>One call on a unit: alone, admitted by its token, with the cluster in view, and its failure in words that people understand.</summary>
    private async Task<T> CallAsync<T>(UnitRef unit, long token, string what, Func<UnitContext, Task<T>> call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(unit);
        cancellationToken.ThrowIfCancellationRequested();
        tokens.Admit(unit, token);
        var memory = MemoryOf(unit);
        await memory.Gate.WaitAsync(cancellationToken);
        try
        {
            await SyncedAsync(cancellationToken);
            return await call(new UnitContext(unit, Names.Of(unit, options), memory, token));
        }
        catch (ApiException exception)
        {
            if (exception.IsUnknown)
            {
                memory.Doubt();
            }

            throw ApiTrouble.Explain(what, exception);
        }
        catch (OperationCanceledException)
        {
            memory.Doubt();
            throw;
        }
        finally
        {
            memory.HasNewLimits = false;
            memory.Gate.Release();
        }
    }

    private async Task SyncedAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Cluster.SyncedAsync(cancellationToken).WaitAsync(options.RequestTimeout, time, cancellationToken);
        }
        catch (TimeoutException exception)
        {
            throw new OrchestratorException(
                StatusReasons.OrchestratorUnavailable,
                $"The API server has not listed what there is within {options.RequestTimeout.TotalSeconds:0} s. {Cluster.Problem} It is tried again.".Replace("  ", " ", StringComparison.Ordinal),
                isTransient: true, exception);
        }
    }

    private UnitMemory MemoryOf(UnitRef unit) => memories.GetOrAdd(unit.TenantId, static _ => new UnitMemory());
}
