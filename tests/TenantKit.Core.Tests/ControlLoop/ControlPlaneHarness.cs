using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using TenantKit.Audit;
using TenantKit.Control;
using TenantKit.Management;
using TenantKit.Operations;
using TenantKit.Orchestration;
using TenantKit.Orchestration.InMemory;
using TenantKit.Routing;
using TenantKit.Storage;
using TenantKit.Templates;
using TenantKit.Testing.Faults;
using TenantKit.Tenants;

namespace TenantKit.Core.Tests.ControlLoop;

/// <summary>A whole control plane in memory on virtual time: the clock moves while a condition is awaited.</summary>
internal sealed class ControlPlaneHarness : IAsyncDisposable
{
    private readonly IHost host;

    private ControlPlaneHarness(IHost host, FakeTimeProvider time)
    {
        this.host = host;
        Time = time;
    }

    public static Actor Admin { get; } = new("admin-1", "root");

    public FakeTimeProvider Time { get; }

    public ITenantStore Store => Get<ITenantStore>();

    public ITenantManager Manager => Get<ITenantManager>();

    public IControlClient Control => Get<IControlClient>();

    public InMemoryOrchestrator Orchestrator => (InMemoryOrchestrator)Get<IContainerOrchestrator>();

    public OrchestratorFaults Faults => ((FaultyOrchestrator)Get<IContainerOrchestrator>()).Faults;

    public ScriptedProbe Probe => (ScriptedProbe)Get<IInstanceProbe>();

    public static async Task<ControlPlaneHarness> StartAsync(
        Action<TenantKitOptions>? configure = null, Action<IServiceCollection>? services = null, ITenantStore? store = null,
        IContainerOrchestrator? orchestrator = null, FakeTimeProvider? time = null)
    {
        time ??= new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddSingleton<IInstanceProbe, ScriptedProbe>();
        var directory = Path.Combine(Path.GetTempPath(), "tenantkit-core-" + Guid.NewGuid().ToString("N"));
        builder.Services.AddTenantKit().AddTemplate(new Template { Name = "default", Version = 1, Image = "app:1", MaxReplicas = 3, CreatedAt = default });
        builder.Services.Configure<TenantKitOptions>(options =>
        {
            options.DataDirectory = directory;
            configure?.Invoke(options);
        });
        if (store is not null)
        {
            builder.Services.Replace(ServiceDescriptor.Singleton(store));
        }

        if (orchestrator is not null)
        {
            builder.Services.Replace(ServiceDescriptor.Singleton(orchestrator));
        }

        services?.Invoke(builder.Services);
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new ControlPlaneHarness(host, time);
    }

    public T Get<T>()
        where T : notnull => host.Services.GetRequiredService<T>();

    public async Task<Tenant> CreateAsync(string name, string? template = null)
    {
        var draft = await Manager.DraftCreateAsync(
            new NewTenant { Name = name, Template = template, OwnerUserId = "owner-of-" + name, OwnerUserName = name }, Admin, TestContext.Current.CancellationToken);
        await Store.CommitAsync(draft.Changes, TestContext.Current.CancellationToken);
        return draft.Tenant;
    }

    public async Task<TenantState> CreateRunningAsync(string name, string? template = null)
    {
        var tenant = await CreateAsync(name, template);
        return await UntilPhaseAsync(tenant.Id, TenantPhase.Running);
    }

    public async Task<TenantState> StateAsync(string tenantId) =>
        await Store.LoadStateAsync(tenantId, TestContext.Current.CancellationToken) ?? throw new InvalidOperationException("no such tenant");

    public Task<TenantState> UntilPhaseAsync(string tenantId, TenantPhase phase) =>
        UntilAsync(tenantId, state => state.Status.Phase == phase && (state.Status.ObservedGeneration == state.Tenant.Generation || phase is TenantPhase.Failed or TenantPhase.Starting or TenantPhase.Stopping or TenantPhase.Deleting));

    public async Task<TenantState> UntilAsync(string tenantId, Func<TenantState, bool> condition)
    {
        TenantState? state = null;
        await UntilAsync(async () => condition(state = await StateAsync(tenantId)), () => $"last seen: {state?.Tenant} {state?.Status} {string.Join(';', state?.Instances ?? [])}");
        return state!;
    }

    public async Task UntilAsync(Func<Task<bool>> condition, Func<string>? describe = null)
    {
        // Bounded by turns of the clock, not by real time alone: each turn gives other work a chance to run.
        for (var turn = 0; turn < 5_000; turn++)
        {
            if (await condition())
            {
                return;
            }

            Time.Advance(TimeSpan.FromMilliseconds(turn < 100 ? 20 : 200));
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        Assert.Fail("The condition did not come true; " + describe?.Invoke());
    }

    public async Task<Operation> EndedAsync(string operationId)
    {
        Operation? operation = null;
        await UntilAsync(async () =>
            (operation = await Store.FindOperationAsync(operationId, TestContext.Current.CancellationToken))?.EndedAt is not null);
        return operation!;
    }

    public Task ReportAsync(long revision, params TenantActivity[] tenants) =>
        Control.ReportActivityAsync(new ActivityReport("gateway-1", revision, tenants, IsFull: true), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync(CancellationToken.None);
        host.Dispose();
    }
}
