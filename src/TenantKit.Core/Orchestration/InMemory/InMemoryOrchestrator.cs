using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using TenantKit.Diagnostics;
using TenantKit.Tenants;

namespace TenantKit.Orchestration.InMemory;

/// <summary>
/// A runtime that runs nothing: the whole contract in memory, on virtual time if wanted. The default until another orchestrator is chosen, and a
/// driver for tests.
/// </summary>
/// <remarks>Thread-safe. Uses no thread and no clock of its own: with a fake <see cref="TimeProvider"/> it is deterministic.</remarks>
public sealed class InMemoryOrchestrator : IContainerOrchestrator
{
    private readonly ConcurrentDictionary<string, InMemoryUnit> units = new(StringComparer.Ordinal);
    private readonly UnitEventHub events = new();
    private readonly TokenGate tokens = new();
    private readonly InMemoryLifecycle lifecycle;
    private readonly TimeProvider time;

    /// <summary>Makes an empty runtime.</summary>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="options">How it behaves; null for the defaults.</param>
    /// <param name="ids">Makes instance ids; null for ULIDs.</param>
    public InMemoryOrchestrator(TimeProvider? time = null, InMemoryOrchestratorOptions? options = null, IIdSource? ids = null)
    {
        this.time = time ??= TimeProvider.System;
        Options = options ?? new InMemoryOrchestratorOptions();
        lifecycle = new InMemoryLifecycle(time, ids ?? new UlidSource(time), Options, events);
    }

    /// <summary>How it behaves.</summary>
    public InMemoryOrchestratorOptions Options { get; }

    /// <inheritdoc/>
    public string Name => "memory";

    /// <inheritdoc/>
    public OrchestratorCapabilities Capabilities { get; } = new() { Replicas = true, Volumes = true, Commands = true, Fencing = true };

    /// <summary>Finds a live instance, to crash it or to write to its log.</summary>
    /// <param name="instanceId">Its id.</param>
    /// <param name="instance">The instance.</param>
    /// <returns>True when it lives.</returns>
    public bool TryGetInstance(string instanceId, [NotNullWhen(true)] out InMemoryInstance? instance)
    {
        foreach (var unit in units.Values)
        {
            lock (unit.Gate)
            {
                instance = unit.Instances.Find(candidate => candidate.Id == instanceId && candidate.State != RuntimeState.Exited);
            }

            if (instance is not null)
            {
                return true;
            }
        }

        instance = null;
        return false;
    }

    /// <inheritdoc/>
    public Task<ImageResolution> ResolveImageAsync(string image, IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Resolve(image));
    }

    /// <inheritdoc/>
    public Task<UnitObservation> EnsureAsync(UnitSpec spec, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(spec);
        UndeclaredCapabilities.Refuse(Name, Capabilities, spec);
        cancellationToken.ThrowIfCancellationRequested();
        tokens.Admit(spec.Unit, spec.FencingToken);
        if (spec.Replicas > 0 && Resolve(spec.Image) is { Found: false, Problem: var problem })
        {
            throw new OrchestratorException(StatusReasons.ImageNotFound, problem!, isTransient: false);
        }

        while (true)
        {
            var unit = units.GetOrAdd(spec.Unit.Name, static (_, unit) => new InMemoryUnit(unit), spec.Unit);
            lock (unit.Gate)
            {
                if (!unit.IsRemoved)
                {
                    RefuseForeign(unit, spec.Unit);
                    lifecycle.Converge(unit, spec);
                    return Task.FromResult(unit.Observe());
                }
            }
        }
    }

    /// <inheritdoc/>
    public async Task SleepAsync(UnitRef unit, TimeSpan gracePeriod, long fencingToken, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        tokens.Admit(unit, fencingToken);
        if (Find(unit) is { } found)
        {
            await lifecycle.StopAllAsync(found, gracePeriod, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(UnitRef unit, bool deleteData, TimeSpan gracePeriod, long fencingToken, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        tokens.Admit(unit, fencingToken);
        if (Find(unit) is not { } found)
        {
            return;
        }

        await lifecycle.StopAllAsync(found, gracePeriod, cancellationToken);
        lock (found.Gate)
        {
            found.Log.Clear();
            if (deleteData)
            {
                found.IsRemoved = true;
                units.TryRemove(new KeyValuePair<string, InMemoryUnit>(unit.Name, found));
            }
        }

        events.Publish(unit.TenantId);
    }

    /// <inheritdoc/>
    public Task<UnitObservation?> ObserveAsync(UnitRef unit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Find(unit) is { } found ? Observe(found) : null);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<UnitObservation> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var unit in units.Values.OrderBy(static unit => unit.Unit.Name, StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Observe(unit) is { } observation)
            {
                yield return observation;
            }
        }

        await Task.CompletedTask;
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<UnitEvent> WatchAsync(CancellationToken cancellationToken) => events.WatchAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<UnitUsage> ReadUsageAsync(UnitRef unit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Find(unit) is not { } found)
        {
            return Task.FromResult(new UnitUsage([], 0));
        }

        lock (found.Gate)
        {
            var live = found.Instances.Where(static instance => instance.State != RuntimeState.Exited);
            return Task.FromResult(new UnitUsage(
                [.. live.Select(static instance => new InstanceUsage(instance.Id, 0, 1 << 20))],
                found.Data.Sum(static pair => (long)pair.Key.Length + pair.Value.Length)));
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<LogLine> ReadLogsAsync(UnitRef unit, LogQuery query, CancellationToken cancellationToken) =>
        Find(unit) is { } found ? InMemoryLogReader.ReadAsync(found, query, cancellationToken) : AsyncEnumerable.Empty<LogLine>();

    /// <inheritdoc/>
    public async Task<CommandResult> RunCommandAsync(UnitSpec spec, IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Options.CommandDelay > TimeSpan.Zero)
        {
            await Task.Delay(Options.CommandDelay, time, cancellationToken);
        }

        return Options.RunCommand?.Invoke(spec, command) ?? new CommandResult(0, "");
    }

    private ImageResolution Resolve(string image) => Options.OnlyKnownImages && !Options.Apps.ContainsKey(image)
        ? new ImageResolution(false, null, $"The image '{image}' is not known. Add it to {nameof(InMemoryOrchestratorOptions)}.{nameof(InMemoryOrchestratorOptions.Apps)}.")
        : new ImageResolution(true, null, null);

    private static void RefuseForeign(InMemoryUnit unit, UnitRef wanted)
    {
        if (unit.Unit.TenantId != wanted.TenantId)
        {
            throw new OrchestratorException(
                StatusReasons.NameConflict,
                $"The unit '{wanted.Name}' belongs to tenant {unit.Unit.TenantId}. Nothing of it was touched; remove it or choose another name.",
                isTransient: false);
        }
    }

    private InMemoryUnit? Find(UnitRef unit) =>
        units.TryGetValue(unit.Name, out var found) && found.Unit.TenantId == unit.TenantId ? found : null;

    private static UnitObservation? Observe(InMemoryUnit unit)
    {
        lock (unit.Gate)
        {
            return unit.IsRemoved ? null : unit.Observe();
        }
    }
}
