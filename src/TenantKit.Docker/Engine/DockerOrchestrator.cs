using System.Runtime.CompilerServices;
using TenantKit.Docker.Logs;
using TenantKit.Docker.Usage;
using TenantKit.Docker.Watching;
using TenantKit.Orchestration;
using TenantKit.Tenants;

namespace TenantKit.Docker.Engine;

/// <summary>Runs units as containers of a Docker Engine or a swarm; see <c>docs/guides/docker.md</c>. What is true is in the engine: nothing of it is kept here.</summary>
internal sealed class DockerOrchestrator(
    IUnitParts parts, UnitObserver observer, UnitConvergence convergence, UnitTeardown teardown, UnitVolumes volumes, UnitLister lister, ImageCatalogue images,
    OneOffContainer oneOff, UnitLogReader logs, LogArchive archive, UsageReader usage, EngineWatch watch, UnitEventHub events, UnitGates gates, TokenGate tokens)
    : IContainerOrchestrator
{
    private const int MostAtOnce = 8;

    /// <summary>The engine makes networks and containers one after the other: who waits in its own queue may wait longer than a call may take.</summary>
    private readonly SemaphoreSlim starts = new(MostAtOnce);

    public string Name => parts.Name;

    public OrchestratorCapabilities Capabilities => parts.Capabilities;

    public async Task<ImageResolution> ResolveImageAsync(string image, IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        try
        {
            var found = await images.FindAsync(image, cancellationToken).ConfigureAwait(false);
            return new ImageResolution(true, found.Digest, null);
        }
        catch (Exception exception) when (EngineErrors.IsOne(exception, cancellationToken))
        {
            var problem = EngineErrors.Explain($"Looking for '{image}'", exception);
            return problem.Reason == StatusReasons.ImageNotFound ? new ImageResolution(false, null, problem.Message) : throw problem;
        }
    }

    public Task<UnitObservation> EnsureAsync(UnitSpec spec, CancellationToken cancellationToken) =>
        ChangeAsync(spec.Unit, $"Starting '{spec.Unit.Name}'", async gate =>
        {
            UndeclaredCapabilities.Refuse(Name, Capabilities, spec);
            var looking = parts.FindAsync(spec.Unit, cancellationToken); // beside the look for the image
            var image = spec.Replicas > 0 ? await images.FindAsync(spec.Image, cancellationToken).ConfigureAwait(false) : null;
            var found = await looking.ConfigureAwait(false);
            Admit(spec.Unit, spec.FencingToken, found);
            gate.Settings = parts.Settings(spec);
            await starts.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await convergence.ConvergeAsync(spec, image, found, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                starts.Release();
            }

            return await observer.ObserveAsync(spec.Unit, cancellationToken).ConfigureAwait(false) ?? new UnitObservation(spec.Unit, [], HasData: false);
        }, cancellationToken);

    public Task SleepAsync(UnitRef unit, TimeSpan gracePeriod, long fencingToken, CancellationToken cancellationToken) =>
        EndAsync(unit, $"Stopping '{unit.Name}'", gracePeriod, fencingToken, keepsLogs: true, static () => Task.CompletedTask, cancellationToken);

    public Task DeleteAsync(UnitRef unit, bool deleteData, TimeSpan gracePeriod, long fencingToken, CancellationToken cancellationToken) =>
        EndAsync(unit, $"Deleting '{unit.Name}'", gracePeriod, fencingToken, keepsLogs: false, async () =>
        {
            if (deleteData)
            {
                await volumes.RemoveAsync(unit, cancellationToken).ConfigureAwait(false);
            }

            archive.Remove(unit);
            events.Publish(unit.TenantId);
        }, cancellationToken);

    public async Task<UnitObservation?> ObserveAsync(UnitRef unit, CancellationToken cancellationToken)
    {
        try
        {
            return await observer.ObserveAsync(unit, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (EngineErrors.IsOne(exception, cancellationToken))
        {
            throw EngineErrors.Explain($"Looking at '{unit.Name}'", exception);
        }
    }

    public async IAsyncEnumerable<UnitObservation> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IReadOnlyList<UnitObservation> units;
        try
        {
            units = await lister.ListAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (EngineErrors.IsOne(exception, cancellationToken))
        {
            throw EngineErrors.Explain("Listing the units", exception);
        }

        foreach (var unit in units)
        {
            yield return unit;
        }
    }

    public IAsyncEnumerable<UnitEvent> WatchAsync(CancellationToken cancellationToken) => watch.WatchAsync(cancellationToken);

    public async Task<UnitUsage> ReadUsageAsync(UnitRef unit, CancellationToken cancellationToken)
    {
        try
        {
            return await usage.ReadAsync(unit, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (EngineErrors.IsOne(exception, cancellationToken))
        {
            throw EngineErrors.Explain($"Reading the usage of '{unit.Name}'", exception);
        }
    }

    public IAsyncEnumerable<LogLine> ReadLogsAsync(UnitRef unit, LogQuery query, CancellationToken cancellationToken) => logs.ReadAsync(unit, query, cancellationToken);

    public async Task<CommandResult> RunCommandAsync(UnitSpec spec, IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        try
        {
            UndeclaredCapabilities.Refuse(Name, Capabilities, spec);
            return await oneOff.RunAsync(spec, command, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (EngineErrors.IsOne(exception, cancellationToken))
        {
            throw EngineErrors.Explain($"Running a command for '{spec.Unit.Name}'", exception);
        }
    }

    private Task EndAsync(
        UnitRef unit, string what, TimeSpan gracePeriod, long fencingToken, bool keepsLogs, Func<Task> then, CancellationToken cancellationToken) =>
        ChangeAsync(unit, what, async gate =>
        {
            var found = await parts.FindAsync(unit, cancellationToken).ConfigureAwait(false);
            Admit(unit, fencingToken, found);
            await teardown.EndComputeAsync(unit, found, gracePeriod, keepsLogs, cancellationToken).ConfigureAwait(false);
            await then().ConfigureAwait(false);
            gate.Settings = null;
            return true;
        }, cancellationToken);

    private async Task<T> ChangeAsync<T>(UnitRef unit, string what, Func<UnitGates.Gate, Task<T>> change, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var gate = await gates.EnterAsync(unit, cancellationToken).ConfigureAwait(false);
        try
        {
            return await change(gate).ConfigureAwait(false);
        }
        catch (Exception exception) when (EngineErrors.IsOne(exception, cancellationToken))
        {
            throw EngineErrors.Explain(what, exception);
        }
        finally
        {
            gates.Leave(gate);
        }
    }

    /// <summary>The highest token is remembered here, and written on what was made under it: so that a replica that knows nothing of the other sees it too.</summary>
    private void Admit(UnitRef unit, long token, IReadOnlyList<Container> found)
    {
        tokens.Admit(unit, token);
        var highest = found.Select(static container => container.Token).DefaultIfEmpty().Max();
        if (token > 0 && highest > token)
        {
            throw new StaleTokenException(unit, token, highest);
        }
    }
}
