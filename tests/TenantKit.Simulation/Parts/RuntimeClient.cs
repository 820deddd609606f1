using System.Runtime.CompilerServices;
using TenantKit.Orchestration;
using TenantKit.Simulation.Faults;
using TenantKit.Tenants;
using TenantKit.Testing.Virtual;

namespace TenantKit.Simulation.Parts;

/// <summary>The runtime as one life of a replica sees it: over the network.</summary>
internal sealed class RuntimeClient(Cluster cluster, Actor actor, VirtualNode node) : IContainerOrchestrator
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(6);

    private RuntimeServer Server => cluster.Runtime;

    public string Name => "simulated";

    public OrchestratorCapabilities Capabilities { get; } = new() { Replicas = true, Volumes = true, Fencing = cluster.Runtime.Fences, ResizeInPlace = cluster.Runtime.ResizesInPlace };

    public Task<ImageResolution> ResolveImageAsync(string image, IReadOnlyList<string> command, CancellationToken cancellationToken) =>
        Server.Runtime.ResolveImageAsync(image, command, cancellationToken);

    public Task<UnitObservation> EnsureAsync(UnitSpec spec, CancellationToken cancellationToken)
    {
        spec = cluster.Mutant.Rewrite(spec);
        var knew = cluster.Store.Rules.DeletedAt(spec.Unit.TenantId) is not null && !cluster.Store.Rules.ChangedSinceJudged(spec.Unit.TenantId);
        Server.Rules.Sent(actor, node, spec.Unit, spec.FencingToken, starts: true);
        return EffectAsync(
            spec.Unit,
            "ensure",
            () =>
            {
                Server.Rules.Ensuring(actor, spec, knew);
                if (!Server.Fences && cluster.Faults.Strikes(FaultKind.RuntimeLate))
                {
                    Server.EnsureLate(spec with { FencingToken = 0 });
                    throw new OrchestratorException(StatusReasons.OrchestratorUnavailable, "Injected: 504, it was not done in time.", isTransient: true);
                }

                return Server.EnsureAsync(Server.Fences ? spec : spec with { FencingToken = 0 });
            },
            cancellationToken);
    }

    public async Task SleepAsync(UnitRef unit, TimeSpan gracePeriod, long fencingToken, CancellationToken cancellationToken)
    {
        Server.Rules.Sent(actor, node, unit, fencingToken);
        Server.Rules.StopSent(actor, unit, deletes: false, deletesData: false);
        await EffectAsync(
            unit,
            "sleep",
            async () =>
            {
                Server.Disturb(unit.TenantId);
                await Server.Runtime.SleepAsync(unit, gracePeriod, Server.Fences ? fencingToken : 0, CancellationToken.None);
                return true;
            },
            cancellationToken);
    }

    public async Task DeleteAsync(UnitRef unit, bool deleteData, TimeSpan gracePeriod, long fencingToken, CancellationToken cancellationToken)
    {
        deleteData = cluster.Mutant.RewriteDeleteData(deleteData);
        Server.Rules.Sent(actor, node, unit, fencingToken);
        Server.Rules.StopSent(actor, unit, deletes: true, deletesData: deleteData);
        await EffectAsync(
            unit,
            deleteData ? "delete with data" : "delete",
            async () =>
            {
                Server.Disturb(unit.TenantId);
                await Server.Runtime.DeleteAsync(unit, deleteData, gracePeriod, Server.Fences ? fencingToken : 0, CancellationToken.None);
                return true;
            },
            cancellationToken);
    }

    public Task<UnitObservation?> ObserveAsync(UnitRef unit, CancellationToken cancellationToken) =>
        CallAsync("observe", () => Server.Runtime.ObserveAsync(unit, CancellationToken.None), writes: false, cancellationToken);

    public async IAsyncEnumerable<UnitObservation> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var all = await CallAsync(
            "list",
            async () =>
            {
                List<UnitObservation> units = [];
                await foreach (var unit in Server.Runtime.ListAsync(CancellationToken.None))
                {
                    units.Add(unit);
                }

                return units;
            },
            writes: false,
            cancellationToken);
        var end = cluster.Faults.Strikes(FaultKind.ListEndsEarly) ? cluster.Faults.LotsOf(FaultKind.ListEndsEarly).Next(all.Count + 1) : all.Count;
        foreach (var unit in all.Take(end))
        {
            yield return unit;
        }

        if (end < all.Count)
        {
            throw new OrchestratorException(StatusReasons.OrchestratorUnavailable, "Injected: 410, the list has expired.", isTransient: true);
        }
    }

    public async IAsyncEnumerable<UnitEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var stalled = false;
        await foreach (var change in Server.Runtime.WatchAsync(cancellationToken))
        {
            stalled |= cluster.Faults.Strikes(FaultKind.WatchStalls);
            if (cluster.Faults.Strikes(FaultKind.WatchEnds))
            {
                throw new OrchestratorException(StatusReasons.OrchestratorUnavailable, "Injected: the watch ended.", isTransient: true);
            }

            if (stalled && !cluster.Faults.Healed)
            {
                continue;
            }

            yield return change;
            if (cluster.Faults.Strikes(FaultKind.WatchDuplicates))
            {
                await Task.Delay(cluster.Faults.LotsOf(FaultKind.WatchDuplicates).Between(TimeSpan.Zero, TimeSpan.FromSeconds(2)), node, cancellationToken);
                yield return change;
            }
        }
    }

    public Task<UnitUsage> ReadUsageAsync(UnitRef unit, CancellationToken cancellationToken) => Server.Runtime.ReadUsageAsync(unit, cancellationToken);

    public IAsyncEnumerable<LogLine> ReadLogsAsync(UnitRef unit, LogQuery query, CancellationToken cancellationToken) => Server.Runtime.ReadLogsAsync(unit, query, cancellationToken);

    public Task<CommandResult> RunCommandAsync(UnitSpec spec, IReadOnlyList<string> command, CancellationToken cancellationToken) =>
        Server.Runtime.RunCommandAsync(spec, command, cancellationToken);

    private async Task<T> EffectAsync<T>(UnitRef unit, string what, Func<Task<T>> effect, CancellationToken cancellationToken)
    {
        cluster.Note($"{actor} sends {what} of {unit.TenantId}");
        Server.CallSent(unit.TenantId, actor);
        var sentAt = cluster.World.Elapsed;
        var inTouch = cluster.Gateways.Where(static gateway => gateway.IsInTouch).Select(static gateway => (gateway, gateway.Life)).ToHashSet();
        try
        {
            var result = await cluster.Mutant.Around(() => CallAsync(what, () => JudgedAsync(unit, effect, inTouch), writes: true, cancellationToken));
            Server.Rules.Succeeded(unit.TenantId);
            return result;
        }
        catch (OrchestratorException)
        {
            Server.Rules.Failed(actor, unit.TenantId, sentAt);
            throw;
        }
    }

    private async Task<T> JudgedAsync<T>(UnitRef unit, Func<Task<T>> effect, IReadOnlySet<(GatewayPart, int)> inTouch)
    {
        var before = await LookAsync(unit);
        var work = effect();
        Server.Rules.Happened(actor, unit.TenantId, before, await LookAsync(unit), inTouch);
        return await work;
    }

    private async Task<IReadOnlyList<InstanceObservation>> LookAsync(UnitRef unit) =>
        (await Server.Runtime.ObserveAsync(unit, CancellationToken.None))?.Instances ?? [];

    private Task<T> CallAsync<T>(string what, Func<Task<T>> effect, bool writes, CancellationToken cancellationToken) =>
        cluster.Network.CallAsync(
            node,
            Server.Node,
            () => Server.ServeAsync(effect, writes, what),
            static () => new OrchestratorException(StatusReasons.OrchestratorUnavailable, "The runtime did not answer in time.", isTransient: true),
            Timeout,
            cancellationToken);
}
