using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TenantKit.Diagnostics;
using TenantKit.Storage;
using TenantKit.Tenants;

namespace TenantKit.Orchestration.Processes;

/// <summary>Runs units as local processes; see <c>docs/guides/local-processes.md</c>.</summary>
internal sealed class ProcessOrchestrator(
    IOptions<TenantKitOptions> kit,
    IOptions<ProcessOrchestratorOptions> options,
    DataDirectoryLock directory,
    IInstanceCredentials credentials,
    IIdSource ids,
    TimeProvider time,
    ILogger<ProcessOrchestrator> logger) : IContainerOrchestrator, IAsyncDisposable
{
    private readonly CommandCatalogue catalogue = new(options.Value);
    private readonly UnitEventHub events = new();
    private readonly TokenGate tokens = new();
    private readonly UsageReader usage = new(time);
    private readonly SemaphoreSlim opening = new(1);
    private ProcessRuntime? opened;
    private volatile bool isEnding;

    /// <summary>The instances that live now.</summary>
    public IEnumerable<ProcessInstance> Live => opened?.Supervisor.Live ?? [];

    public string Name => "process";

    public OrchestratorCapabilities Capabilities { get; } = new() { Replicas = true, Volumes = true, Commands = true, Fencing = true };

    /// <summary>Takes the data directory and adopts what runs. Done by the first call if not before.</summary>
    public async Task<ProcessRuntime> OpenAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref opened) is { } ready)
        {
            return ready;
        }

        await opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (opened is null)
            {
                if (!OperatingSystem.IsLinux())
                {
                    throw new PlatformNotSupportedException("Local processes need Linux: they are found again through /proc. Choose another orchestrator, such as UseDocker() or UseKubernetes(), or run the host in a Linux container or WSL.");
                }

                directory.Acquire();
                Volatile.Write(ref opened, Guarded("Opening the units", () => ProcessRuntime.Open(
                    directory.DataDirectory, options.Value, kit.Value.RegistrationUrl, credentials, ids, time, events, logger)));
            }

            return opened;
        }
        finally
        {
            opening.Release();
        }
    }

    public Task<ImageResolution> ResolveImageAsync(string image, IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var found = catalogue.Resolve(image, command, Environment.GetEnvironmentVariable("PATH"));
        return Task.FromResult(new ImageResolution(found.Problem is null, null, found.Problem));
    }

    public async Task<UnitObservation> EnsureAsync(UnitSpec spec, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(spec);
        UndeclaredCapabilities.Refuse(Name, Capabilities, spec);
        var runtime = await OpenAsync(cancellationToken).ConfigureAwait(false);
        if (isEnding)
        {
            throw new OrchestratorException(StatusReasons.OrchestratorUnavailable, "The host is shutting down and starts nothing any more.", isTransient: true);
        }

        var command = spec.Replicas > 0 ? Resolve(runtime, spec, spec.Command, isOneOff: false) : [];
        var unit = await runtime.EnterAsync(spec.Unit.TenantId, cancellationToken).ConfigureAwait(false);
        try
        {
            tokens.Admit(spec.Unit, spec.FencingToken);
            return Guarded($"Starting '{spec.Unit.Name}'", () =>
            {
                var mark = Claim(unit, spec.Unit);
                new UnitConvergence(runtime).Converge(unit, spec, command);
                return unit.Observe(mark);
            });
        }
        finally
        {
            runtime.Leave(unit);
        }
    }

    public Task SleepAsync(UnitRef unit, TimeSpan gracePeriod, long fencingToken, CancellationToken cancellationToken) =>
        EndComputeAsync(unit, gracePeriod, fencingToken, static (_, _) => { }, cancellationToken);

    public Task DeleteAsync(UnitRef unit, bool deleteData, TimeSpan gracePeriod, long fencingToken, CancellationToken cancellationToken) =>
        EndComputeAsync(
            unit,
            gracePeriod,
            fencingToken,
            (runtime, found) =>
            {
                if (deleteData)
                {
                    runtime.Root.Remove(found.Folder, unit.TenantId, ids.NewId());
                }
                else
                {
                    found.Folder.RemoveAllButData();
                }

                events.Publish(unit.TenantId);
            },
            cancellationToken);

    public async Task<UnitObservation?> ObserveAsync(UnitRef unit, CancellationToken cancellationToken)
    {
        var runtime = await OpenAsync(cancellationToken).ConfigureAwait(false);
        var folder = runtime.Root.Folder(unit.TenantId);
        return folder.ReadMark() is { } mark && mark.TenantId == unit.TenantId
            ? (runtime.Find(unit.TenantId) ?? new ProcessUnit(unit.TenantId, folder)).Observe(mark)
            : null;
    }

    public async IAsyncEnumerable<UnitObservation> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var runtime = await OpenAsync(cancellationToken).ConfigureAwait(false);
        foreach (var (folder, mark) in runtime.Root.Enumerate())
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return (runtime.Find(mark.TenantId) ?? new ProcessUnit(mark.TenantId, folder)).Observe(mark);
        }
    }

    public IAsyncEnumerable<UnitEvent> WatchAsync(CancellationToken cancellationToken) => events.WatchAsync(cancellationToken);

    public async Task<UnitUsage> ReadUsageAsync(UnitRef unit, CancellationToken cancellationToken)
    {
        var runtime = await OpenAsync(cancellationToken).ConfigureAwait(false);
        var folder = runtime.Root.Folder(unit.TenantId);
        var known = runtime.Find(unit.TenantId);
        return new UnitUsage(
            [.. (known?.Instances ?? []).Where(static instance => instance.IsAlive).Select(usage.Read)],
            (known?.Storage ?? new StorageMeter(folder.Data)).Read(time));
    }

    public async IAsyncEnumerable<LogLine> ReadLogsAsync(UnitRef unit, LogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var runtime = await OpenAsync(cancellationToken).ConfigureAwait(false);
        foreach (var instance in runtime.Find(unit.TenantId)?.Instances ?? [])
        {
            instance.Log.Observe(time.GetUtcNow());
        }

        var reader = new UnitLogReader(runtime.Root.Folder(unit.TenantId).Logs, time);
        await foreach (var line in reader.ReadAsync(query, cancellationToken).ConfigureAwait(false))
        {
            yield return line;
        }
    }

    public async Task<CommandResult> RunCommandAsync(UnitSpec spec, IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        var runtime = await OpenAsync(cancellationToken).ConfigureAwait(false);
        var line = Resolve(runtime, spec, command, isOneOff: true);
        var folder = runtime.Root.Folder(spec.Unit.TenantId);
        var unit = await runtime.EnterAsync(spec.Unit.TenantId, cancellationToken).ConfigureAwait(false);
        try
        {
            Guarded("Preparing the volume", () => Claim(unit, spec.Unit));
        }
        finally
        {
            runtime.Leave(unit);
        }

        var start = ProcessLauncher.Describe(folder.Data, runtime.Environment.Build(spec, folder, ids.NewId(), port: null));
        return await OneOffCommand.RunAsync(start, line, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The end of an orderly shutdown.</summary>
    public async Task ShutDownAsync(CancellationToken cancellationToken)
    {
        isEnding = true;
        if (opened is { } runtime)
        {
            await runtime.ShutDownAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends the watching, not the tenants: a host that was not shut down in an orderly way leaves them to its successor or the watchdog.</summary>
    public async ValueTask DisposeAsync()
    {
        isEnding = true;
        events.Complete();
        if (opened is { } runtime)
        {
            await runtime.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task EndComputeAsync(
        UnitRef unit, TimeSpan gracePeriod, long fencingToken, Action<ProcessRuntime, ProcessUnit> then, CancellationToken cancellationToken)
    {
        var runtime = await OpenAsync(cancellationToken).ConfigureAwait(false);
        var found = await runtime.EnterAsync(unit.TenantId, cancellationToken).ConfigureAwait(false);
        try
        {
            tokens.Admit(unit, fencingToken);
            var stops = found.Instances.Where(static instance => !instance.IsGone).Select(instance => runtime.Supervisor.StopAsync(instance, gracePeriod));
            await Task.WhenAll(stops).WaitAsync(cancellationToken).ConfigureAwait(false);
            foreach (var ended in found.Instances.Where(static instance => instance.IsGone))
            {
                found.Remove(ended);
                found.Folder.Forget(ended.Id);
            }

            Guarded($"Ending '{unit.Name}'", () =>
            {
                then(runtime, found);
                return true;
            });
        }
        finally
        {
            runtime.Leave(found);
        }
    }

    private IReadOnlyList<string> Resolve(ProcessRuntime runtime, UnitSpec spec, IReadOnlyList<string> command, bool isOneOff)
    {
        var found = catalogue.Resolve(spec.Image, command, runtime.Environment.SearchPath(spec.Environment), isOneOff);
        return found.Problem is null ? found.Line : throw new OrchestratorException(found.Reason!, found.Problem, isTransient: false);
    }

    private UnitMark Claim(ProcessUnit unit, UnitRef wanted)
    {
        var mark = unit.Folder.ReadMark() ?? new UnitMark(wanted.TenantId, wanted.Name);
        if (mark.TenantId != wanted.TenantId || mark.Name != wanted.Name)
        {
            throw new OrchestratorException(
                StatusReasons.NameConflict,
                $"The folder '{unit.Folder.Root}' belongs to unit '{mark.Name}' of tenant {mark.TenantId}. Nothing in it was touched; move it away.",
                isTransient: false);
        }

        unit.Folder.Create(mark, UnitsRoot.DraftName(ids.NewId()));
        return mark;
    }

    private T Guarded<T>(string what, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (DiskTrouble.IsOne(e))
        {
            throw DiskTrouble.Explain(what, directory.DataDirectory, e);
        }
    }
}
