using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using TenantKit.Audit;
using TenantKit.Diagnostics;
using TenantKit.Management;
using TenantKit.Orchestration.InMemory;
using TenantKit.Storage;
using TenantKit.Tenants;
using TenantKit.Testing.Faults;
using TenantKit.Testing.Virtual.Hosting;

namespace TenantKit.Testing.Virtual;

/// <summary>
/// A whole control plane under test, on virtual time: the product's own management and control loop over a store and a runtime in memory. A
/// thousand tenants live a day in seconds, and one seed determines everything that happens.
/// </summary>
/// <remarks>
/// Not thread-safe, and for the test to call, not for what it runs. Nothing happens but in a method of this class: each runs the
/// <see cref="World"/> on the calling thread until its end. Store, runtime and data directory outlive a crash. Services of the test's own are
/// part of the run if they take their time from <see cref="TimeProvider"/> and await on the context they are called on: without
/// <c>ConfigureAwait(false)</c>, <c>Task.Run</c> and the like.
/// </remarks>
public sealed class VirtualTenantKit : IDisposable, IAsyncDisposable
{
    private static readonly TimeSpan DefaultLimit = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);
    private readonly Surroundings surroundings;
    private readonly Pump pump;
    private readonly List<ControlPlaneLife> lives = [];
    private bool disposed;

    private VirtualTenantKit(ulong seed, Action<ITenantKitBuilder>? configure)
    {
        World = new VirtualWorld(seed);
        pump = new Pump(World);
        surroundings = new Surroundings(World, configure);
    }

    /// <summary>The world: its seed, its time, its fingerprint; and more nodes, for what else takes part.</summary>
    public VirtualWorld World { get; }

    /// <summary>The clock of the test, which no crash stops.</summary>
    public TimeProvider Time => World.Clock;

    /// <summary>The services of the control plane as it runs now or ran last; other ones after each start.</summary>
    public IServiceProvider Services => Life.Services;

    /// <summary>The store; it outlives a crash unless the configuration chose another.</summary>
    public ITenantStore Store => Life.Store;

    /// <summary>The runtime: start and stop delays, apps, instances that crash.</summary>
    public InMemoryOrchestrator Orchestrator => Life.Orchestrator;

    /// <summary>Calls of the control plane to the runtime that fail.</summary>
    public OrchestratorFaults Faults => surroundings.Faults;

    /// <summary>The health checks.</summary>
    public VirtualProbe Probe => surroundings.Probe;

    /// <summary>False between a crash or stop and the next start.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>Every tenant as it is stored, deleted ones included, in order of id.</summary>
    public IReadOnlyCollection<TenantState> Tenants => Life.Watch.States;

    private ControlPlaneLife Life => lives[^1];

    /// <summary>Makes a control plane and starts it.</summary>
    /// <param name="seed">Determines everything that happens.</param>
    /// <param name="configure">
    /// Configures it as in a host, at each start anew; null for the defaults. Without a template one named <c>default</c> is added, and the bound
    /// on concurrent starts is 16 on every machine.
    /// </param>
    /// <returns>The control plane, running.</returns>
    /// <exception cref="InvalidOperationException">A service cannot run on virtual time; the message says what to do.</exception>
    public static VirtualTenantKit Create(ulong seed, Action<ITenantKitBuilder>? configure = null)
    {
        var kit = new VirtualTenantKit(seed, configure);
        try
        {
            kit.Start();
            return kit;
        }
        catch
        {
            kit.Dispose();
            throw;
        }
    }

    /// <summary>A service of the control plane.</summary>
    /// <typeparam name="T">The service, such as <see cref="ITenantManager"/>.</typeparam>
    /// <returns>The service.</returns>
    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    /// <summary>How many tenants are in a phase. Costs nothing, so it is what conditions are made of.</summary>
    /// <param name="phase">The phase.</param>
    /// <returns>The number.</returns>
    public int Count(TenantPhase phase) => Life.Watch.Count(phase);

    /// <summary>Creates a tenant with an owner of its own; the control loop starts it as soon as the world runs on.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="template">Its template; null for the default one.</param>
    /// <returns>The tenant.</returns>
    /// <exception cref="ManagementException">The name, the template or the like is wrong.</exception>
    public Tenant CreateTenant(string name, string? template = null) => Run(async () =>
    {
        var tenant = new NewTenant { Name = name, Template = template, OwnerUserId = Get<IIdSource>().NewId(), OwnerUserName = name };
        var draft = await Get<ITenantManager>().DraftCreateAsync(tenant, Actor.System, CancellationToken.None);
        await Store.CommitAsync(draft.Changes, CancellationToken.None);
        return draft.Tenant;
    });

    /// <summary>Runs something in the control plane's process until it has ended, and everything else meanwhile.</summary>
    /// <typeparam name="T">What it gives.</typeparam>
    /// <param name="action">What to run.</param>
    /// <param name="limit">The most virtual time it may take; null for 10 minutes.</param>
    /// <returns>What it gave.</returns>
    /// <exception cref="TimeoutException">It did not end in time.</exception>
    /// <exception cref="InvalidOperationException">The control plane does not run, or something threw and nobody caught it.</exception>
    public T Run<T>(Func<Task<T>> action, TimeSpan? limit = null)
    {
        ArgumentNullException.ThrowIfNull(action);
        RequireRunning();
        var task = Life.Node.RunAsync(action);
        Run(() => task.IsCompleted, "It did not end", limit);
        return task.GetAwaiter().GetResult();
    }

    /// <summary>Runs something in the control plane's process until it has ended, and everything else meanwhile.</summary>
    /// <param name="action">What to run.</param>
    /// <param name="limit">The most virtual time it may take; null for 10 minutes.</param>
    /// <exception cref="TimeoutException">It did not end in time.</exception>
    /// <exception cref="InvalidOperationException">The control plane does not run, or something threw and nobody caught it.</exception>
    public void Run(Func<Task> action, TimeSpan? limit = null)
    {
        ArgumentNullException.ThrowIfNull(action);
        Run(
            async () =>
            {
                await action();
                return true;
            },
            limit);
    }

    /// <summary>Lets a span of virtual time pass.</summary>
    /// <param name="time">The span.</param>
    /// <exception cref="InvalidOperationException">Something threw and nobody caught it.</exception>
    public void RunFor(TimeSpan time)
    {
        pump.For(time);
        Life.Watch.CatchUp();
    }

    /// <summary>Lets virtual time pass until something holds.</summary>
    /// <param name="condition">Asked after each event, so it should be cheap: <see cref="Count"/> is.</param>
    /// <param name="limit">The most virtual time to pass; null for 10 minutes.</param>
    /// <exception cref="TimeoutException">It did not hold in time; the message names the tenants that are not as wanted.</exception>
    /// <exception cref="InvalidOperationException">Something threw and nobody caught it.</exception>
    public void RunUntil(Func<bool> condition, TimeSpan? limit = null)
    {
        ArgumentNullException.ThrowIfNull(condition);
        Run(condition, "The condition did not hold", limit);
    }

    /// <summary>
    /// Lets virtual time pass until every tenant is as it is wanted, has no open operation, and none has changed for 5 seconds. One that is awake
    /// and idle counts as quiet until it is put to sleep.
    /// </summary>
    /// <param name="limit">The most virtual time to pass; null for 10 minutes.</param>
    /// <exception cref="TimeoutException">It did not become quiet in time; the message names the tenants that are not as wanted.</exception>
    /// <exception cref="InvalidOperationException">The control plane does not run, or something threw and nobody caught it.</exception>
    public void RunUntilQuiet(TimeSpan? limit = null)
    {
        RequireRunning();
        var (from, watch) = (World.Elapsed, Life.Watch);
        Run(() => watch.IsSettled && World.Elapsed - (watch.LastChange > from ? watch.LastChange : from) >= Quiet, "It did not become quiet", limit);
    }

    /// <summary>The process of the control plane is gone, between two of its steps. Nothing of it runs any more; store and runtime stay as they are.</summary>
    public void Crash()
    {
        if (IsRunning)
        {
            IsRunning = false;
            Life.Crash();
        }
    }

    /// <summary>Stops the control plane in order, as a host does. Does nothing when it does not run.</summary>
    public void Stop()
    {
        if (IsRunning)
        {
            IsRunning = false;
            Life.Stop();
            pump.ThrowFailure();
        }
    }

    /// <summary>Starts the control plane after a crash or stop: a new process, with new services. Does nothing when it runs.</summary>
    /// <exception cref="InvalidOperationException">A service cannot run on virtual time; the message says what to do.</exception>
    public void Start()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (IsRunning)
        {
            return;
        }

        var life = new ControlPlaneLife(surroundings, lives.LastOrDefault()?.Watch);
        lives.Add(life);
        life.Start();
        pump.ThrowFailure();
        IsRunning = true;
    }

    /// <summary>Ends everything as a crash does, and releases what the services of all starts hold.</summary>
    public void Dispose()
    {
        if (!disposed)
        {
            disposed = true;
            End();
            lives.ForEach(static life => life.Services.Dispose());
            surroundings.Dispose();
        }
    }

    /// <summary>Like <see cref="Dispose"/>, also for services that can be released asynchronously only.</summary>
    /// <returns>A task that completes when everything is released.</returns>
    public async ValueTask DisposeAsync()
    {
        if (!disposed)
        {
            disposed = true;
            End();
            foreach (var life in lives)
            {
                await life.Services.DisposeAsync();
            }

            surroundings.Dispose();
        }
    }

    private void End()
    {
        IsRunning = false;
        lives.ForEach(static life => life.Crash());
    }

    private void Run(Func<bool> isReached, string complaint, TimeSpan? limit)
    {
        var life = Life;
        pump.Until(isReached, limit ?? DefaultLimit, complaint, () => (IsRunning ? "" : "The control plane does not run: call Start(). ") + life.Watch.Describe());
        life.Watch.CatchUp();
    }

    private void RequireRunning()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (!IsRunning)
        {
            throw new InvalidOperationException("The control plane does not run. Call Start() first.");
        }
    }
}
