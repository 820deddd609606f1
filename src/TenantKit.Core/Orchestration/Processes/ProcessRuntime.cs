using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using TenantKit.Diagnostics;

namespace TenantKit.Orchestration.Processes;

/// <summary>The parts of an opened orchestrator: everything that belongs to one data directory.</summary>
internal sealed class ProcessRuntime : IAsyncDisposable
{
    private readonly ProcessOrchestratorOptions options;
    private readonly ConcurrentDictionary<string, ProcessUnit> units = new(StringComparer.Ordinal);
    private readonly ProcessMonitor monitor;
    private readonly Watchdog watchdog;
    private readonly TimeProvider time;

    private ProcessRuntime(
        UnitsRoot root, string installation, ProcessOrchestratorOptions options, string registrationUrl, IInstanceCredentials credentials,
        IIdSource ids, TimeProvider time, UnitEventHub events, ILogger<ProcessOrchestrator> logger)
    {
        this.options = options;
        this.time = time;
        Root = root;
        var ports = new PortAllocator();
        Environment = new InstanceEnvironment(options, registrationUrl, installation);
        Supervisor = new InstanceSupervisor(options, ports, events, time, logger);
        Starter = new InstanceStarter(Environment, credentials, ports, ids, time);
        watchdog = new Watchdog(root, installation, options.WatchdogGrace, time, logger);
        monitor = new ProcessMonitor(Supervisor, watchdog, options, time, logger);
    }

    public UnitsRoot Root { get; }

    public InstanceEnvironment Environment { get; }

    public InstanceSupervisor Supervisor { get; }

    public InstanceStarter Starter { get; }

    /// <summary>Adopts what runs, and begins to watch over it.</summary>
    public static ProcessRuntime Open(
        string dataDirectory, ProcessOrchestratorOptions options, string registrationUrl, IInstanceCredentials credentials,
        IIdSource ids, TimeProvider time, UnitEventHub events, ILogger<ProcessOrchestrator> logger)
    {
        var root = new UnitsRoot(dataDirectory);
        root.Create();
        ProcessLauncher.SetSid();
        var installation = root.ReadInstallation();
        var runtime = new ProcessRuntime(root, installation, options, registrationUrl, credentials, ids, time, events, logger);

        // The lease first: a watchdog that is about to give up must see that a host is back before anything is adopted.
        runtime.watchdog.Beat();
        foreach (var unit in new Recovery(root, installation, runtime.Supervisor, time).Run())
        {
            runtime.units[unit.TenantId] = unit;
        }

        root.Sweep();
        runtime.monitor.Start();
        return runtime;
    }

    /// <summary>The unit if this host knows it; units asleep need not be known.</summary>
    public ProcessUnit? Find(string tenantId) => units.GetValueOrDefault(tenantId);

    /// <summary>Takes the unit for a change; release its gate afterwards.</summary>
    public async Task<ProcessUnit> EnterAsync(string tenantId, CancellationToken cancellationToken)
    {
        while (true)
        {
            var unit = units.GetOrAdd(tenantId, static (id, root) => new ProcessUnit(id, root.Folder(id)), Root);
            await unit.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (!unit.IsRemoved)
            {
                return unit;
            }

            unit.Gate.Release();
        }
    }

    /// <summary>Ends the change. A unit without instances is forgotten: what is on disk says all there is to know.</summary>
    public void Leave(ProcessUnit unit)
    {
        if (unit.Instances.Count == 0)
        {
            unit.IsRemoved = true;
            units.TryRemove(new KeyValuePair<string, ProcessUnit>(unit.TenantId, unit));
        }

        unit.Gate.Release();
    }

    public async Task ShutDownAsync(CancellationToken cancellationToken)
    {
        if (!options.StopOnShutdown)
        {
            return;
        }

        var live = Supervisor.Live.ToList();
        try
        {
            await Task.WhenAll(live.Select(instance => Supervisor.StopAsync(instance, ShutdownGrace))).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(live.Select(instance => Supervisor.StopAsync(instance, TimeSpan.Zero))).WaitAsync(ShutdownGrace, time, CancellationToken.None).ConfigureAwait(false);
        }

        await monitor.DisposeAsync().ConfigureAwait(false);
        watchdog.Stop();
    }

    public ValueTask DisposeAsync() => monitor.DisposeAsync();

    private static TimeSpan ShutdownGrace { get; } = TimeSpan.FromSeconds(10);
}
