using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using TenantKit.Orchestration;
using TenantKit.Orchestration.InMemory;
using TenantKit.Tenants;
using TenantKit.Testing.Faults;

namespace TenantKit.Core.Tests.Orchestration;

public sealed class InMemoryOrchestratorTests
{
    private readonly FakeTimeProvider time = new();
    private readonly InMemoryOrchestrator orchestrator;

    public InMemoryOrchestratorTests() => orchestrator = new InMemoryOrchestrator(time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EnsureAsync_SlowStart_RunsAfterItsDelay()
    {
        orchestrator.Options.StartDelay = TimeSpan.FromSeconds(5);
        Assert.Equal(RuntimeState.Creating, Assert.Single((await orchestrator.EnsureAsync(Spec(), Token)).Instances).State);

        time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(RuntimeState.Creating, (await ObserveAsync()).State);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(RuntimeState.Running, (await ObserveAsync()).State);
    }

    [Fact]
    public async Task SleepAsync_SlowStop_WaitsForIt()
    {
        orchestrator.Options.StopDelay = TimeSpan.FromSeconds(3);
        await orchestrator.EnsureAsync(Spec(), Token);

        var sleep = orchestrator.SleepAsync(Spec().Unit, TimeSpan.FromSeconds(10), Token);
        Assert.False(sleep.IsCompleted);
        Assert.Equal(RuntimeState.Stopping, (await ObserveAsync()).State);
        time.Advance(TimeSpan.FromSeconds(3));
        await sleep;

        Assert.False((await orchestrator.ObserveAsync(Spec().Unit, Token))!.HasCompute);
    }

    [Fact]
    public async Task EnsureAsync_NameOfAnotherTenant_IsRefused()
    {
        await orchestrator.EnsureAsync(Spec(), Token);

        var error = await Assert.ThrowsAsync<OrchestratorException>(() => orchestrator.EnsureAsync(Spec() with { Unit = new UnitRef("t2", "user-t1") }, Token));

        Assert.Equal(StatusReasons.NameConflict, error.Reason);
        await orchestrator.DeleteAsync(new UnitRef("t2", "user-t1"), deleteData: true, TimeSpan.Zero, Token);
        Assert.Equal(RuntimeState.Running, (await ObserveAsync()).State);
    }

    [Fact]
    public async Task FailNext_BeforeAndAfterEffect_AreTold()
    {
        var faulty = new FaultyOrchestrator(orchestrator);
        faulty.Faults.FailNext(OrchestratorCall.Ensure, FaultMoment.BeforeEffect);
        faulty.Faults.FailNext(OrchestratorCall.Ensure, FaultMoment.AfterEffect);
        faulty.Faults.FailNext(OrchestratorCall.Observe, FaultMoment.NeverAnswered);

        Assert.True((await Assert.ThrowsAsync<OrchestratorException>(() => faulty.EnsureAsync(Spec(), Token))).IsTransient);
        Assert.Null(await orchestrator.ObserveAsync(Spec().Unit, Token));
        await Assert.ThrowsAsync<OrchestratorException>(() => faulty.EnsureAsync(Spec(), Token));
        var id = (await ObserveAsync()).Id;
        Assert.Equal(id, Assert.Single((await faulty.EnsureAsync(Spec(), Token)).Instances).Id);
        Assert.Equal(3, faulty.Faults.CallsOf(OrchestratorCall.Ensure));

        using var cancel = new CancellationTokenSource();
        var hanging = faulty.ObserveAsync(Spec().Unit, cancel.Token);
        Assert.False(hanging.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hanging);
    }

    [Fact]
    public void AddTenantKit_NothingChosen_TakesTheInMemoryOne()
    {
        using var host = new ServiceCollection().AddLogging().AddSingleton<Microsoft.Extensions.Configuration.IConfiguration>(new Microsoft.Extensions.Configuration.ConfigurationBuilder().Build())
            .AddTenantKit().Services.BuildServiceProvider();

        Assert.IsType<InMemoryOrchestrator>(host.GetRequiredService<IContainerOrchestrator>());
    }

    [Fact]
    public void UseInMemoryOrchestrator_TwiceAfterAnother_IsTheOnlyOne()
    {
        var services = new ServiceCollection().AddLogging().AddSingleton<Microsoft.Extensions.Configuration.IConfiguration>(new Microsoft.Extensions.Configuration.ConfigurationBuilder().Build());
        var kit = services.AddTenantKit().UseLocalProcesses().UseLocalProcesses();
        Assert.IsNotType<InMemoryOrchestrator>(services.BuildServiceProvider().GetRequiredService<IContainerOrchestrator>());

        kit.UseInMemoryOrchestrator(static options => options.OnlyKnownImages = true).UseInMemoryOrchestrator();

        using var host = services.BuildServiceProvider();
        var chosen = Assert.IsType<InMemoryOrchestrator>(Assert.Single(host.GetServices<IContainerOrchestrator>()));
        Assert.True(chosen.Options.OnlyKnownImages);
    }

    private static UnitSpec Spec() => new()
    {
        Unit = new UnitRef("t1", "user-t1"),
        TenantName = "acme",
        Generation = 1,
        RestartEpoch = 1,
        Replicas = 1,
        Image = "app",
        Resources = ResourceLimits.Default,
    };

    private async Task<InstanceObservation> ObserveAsync() => Assert.Single((await orchestrator.ObserveAsync(Spec().Unit, Token))!.Instances);
}
