using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using TenantKit.Audit;
using TenantKit.Management;
using TenantKit.Orchestration;
using TenantKit.Tenants;
using TenantKit.Testing.Faults;
using TenantKit.Testing.Virtual;

namespace TenantKit.Core.Tests.Virtual;

public sealed class VirtualTenantKitTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public void Create_WithoutConfiguration_RunsTenants()
    {
        using var kit = VirtualTenantKit.Create(1);

        var tenant = kit.CreateTenant("acme");
        kit.RunUntilQuiet();

        Assert.Equal((tenant.Id, TenantPhase.Running), (Assert.Single(kit.Tenants).Tenant.Id, Assert.Single(kit.Tenants).Status.Phase));
        Assert.Equal("default", tenant.TemplateName);
        Assert.Equal(1, kit.Count(TenantPhase.Running));
    }

    [Fact]
    public void Tenants_RightAfterACommit_KnowOfIt()
    {
        using var kit = VirtualTenantKit.Create(1);
        var tenant = kit.CreateTenant("acme");
        kit.RunUntilQuiet();

        kit.Run(() => kit.Get<ITenantManager>().StopAsync(tenant.Id, Actor.System, None));

        Assert.Equal(DesiredState.Sleeping, Assert.Single(kit.Tenants).Tenant.Desired);
    }

    [Fact]
    public void Tenants_RightAfterAStart_AreAllThere()
    {
        using var kit = VirtualTenantKit.Create(1);
        kit.CreateTenant("acme");
        kit.RunUntilQuiet();
        kit.Stop();

        kit.Start();

        Assert.Equal(1, kit.Count(TenantPhase.Running));
    }

    [Fact]
    public void Tenants_DeletedOne_IsStillThereAfterACrash()
    {
        using var kit = VirtualTenantKit.Create(1);
        var tenant = kit.CreateTenant("acme");
        kit.Run(() => kit.Get<ITenantManager>().DeleteAsync(tenant.Id, Actor.System, None));
        kit.RunUntilQuiet();

        kit.Crash();
        kit.Start();

        Assert.Equal(1, kit.Count(TenantPhase.Deleted));
    }

    [Fact]
    public void RunUntil_ConditionDoesNotHold_NamesTheTenantsThatAreNotSettled()
    {
        using var kit = VirtualTenantKit.Create(1);
        kit.CreateTenant("acme");
        var ill = kit.CreateTenant("ill");
        kit.Probe.Fail(ill.Id, "connection refused");

        var exception = Assert.Throws<TimeoutException>(() => kit.RunUntil(() => kit.Count(TenantPhase.Running) == 2, TimeSpan.FromSeconds(30)));

        Assert.Equal(
            $"The condition did not hold within 00:00:30 of virtual time (seed 1, now at 00:00:30). Tenants not settled: 1 of 2: ill {ill.Id} wants running, is starting (waiting_for_ready). "
            + "Give it a longer limit if it only needs time; the same seed repeats this run.",
            exception.Message);
    }

    [Fact]
    public void RunUntilQuiet_MoreTenantsFailThanAreNamed_TellsOfTheRest()
    {
        using var kit = VirtualTenantKit.Create(1);
        for (var number = 0; number < 7; number++)
        {
            kit.Probe.Fail(kit.CreateTenant("ill-" + number).Id, "connection refused");
        }

        var exception = Assert.Throws<TimeoutException>(() => kit.RunUntilQuiet(TimeSpan.FromMinutes(5)));

        Assert.StartsWith("It did not become quiet within 00:05:00 of virtual time", exception.Message);
        Assert.Contains("Tenants not settled: 7 of 7: ill-0 ", exception.Message);
        Assert.Contains("; and 2 more.", exception.Message);
    }

    [Fact]
    public void RunUntil_TenantFailed_TellsItsReason()
    {
        using var kit = VirtualTenantKit.Create(1);
        kit.Probe.Fail(kit.CreateTenant("ill").Id, "connection refused");
        kit.RunUntil(() => kit.Count(TenantPhase.Failed) == 1);

        var exception = Assert.Throws<TimeoutException>(() => kit.RunUntil(static () => false, TimeSpan.Zero));

        Assert.Contains(" wants running, is failed (not_ready_in_time: ", exception.Message);
        Assert.Contains("connection refused", exception.Message);
    }

    [Fact]
    public void RunUntil_AllAreSettled_TellsTheirPhases()
    {
        using var kit = VirtualTenantKit.Create(1);
        kit.CreateTenant("acme");
        var asleep = kit.CreateTenant("other");
        kit.RunUntilQuiet();
        kit.Run(() => kit.Get<ITenantManager>().StopAsync(asleep.Id, Actor.System, None));
        kit.RunUntilQuiet();

        var exception = Assert.Throws<TimeoutException>(() => kit.RunUntil(static () => false, TimeSpan.FromSeconds(1)));

        Assert.Contains(" All tenants are settled: 1 running, 1 sleeping. ", exception.Message);
    }

    [Fact]
    public void RunUntil_Crashed_SaysThatItDoesNotRun()
    {
        using var kit = VirtualTenantKit.Create(1);
        kit.CreateTenant("acme");
        kit.Crash();

        var exception = Assert.Throws<TimeoutException>(() => kit.RunUntil(() => kit.Count(TenantPhase.Running) == 1));

        Assert.Contains("The control plane does not run: call Start(). Tenants not settled: 1 of 1: acme ", exception.Message);
        Assert.Equal("The control plane does not run. Call Start() first.", Assert.Throws<InvalidOperationException>(() => kit.RunUntilQuiet()).Message);
    }

    [Fact]
    public void Run_ActionThrows_ThrowsTheSame()
    {
        using var kit = VirtualTenantKit.Create(1);

        var exception = Assert.Throws<ManagementException>(() => kit.CreateTenant("acme", "nowhere"));

        Assert.Equal(ManagementErrors.TemplateNotFound, exception.Code);
    }

    [Fact]
    public void RunFor_TimeStandsStill_SaysSo()
    {
        using var kit = VirtualTenantKit.Create(1);
        var node = kit.World.CreateNode("hot");
        node.Post(Again);

        var exception = Assert.Throws<InvalidOperationException>(() => kit.RunFor(TimeSpan.FromSeconds(1)));

        Assert.StartsWith("Virtual time stands still at 00:00:00 after 5,000,000 events (seed 1): something repeats itself without waiting.", exception.Message);

        void Again() => node.Post(Again);
    }

    [Fact]
    public void RunFor_SomethingThrows_ThrowsIt()
    {
        using var kit = VirtualTenantKit.Create(1);
        kit.World.CreateNode("bad").Post(static () => throw new NotSupportedException("no"), TimeSpan.FromSeconds(1));

        var exception = Assert.Throws<InvalidOperationException>(() => kit.RunFor(TimeSpan.FromSeconds(2)));

        Assert.Equal("Something on node bad threw at 00:00:01 and nobody caught it (seed 1).", exception.Message);
    }

    [Fact]
    public void Crash_InTheMiddleOfAStart_LosesNothingAndStartsNothingTwice()
    {
        using var kit = VirtualTenantKit.Create(1);
        kit.Orchestrator.Options.StartDelay = TimeSpan.FromSeconds(10);
        var tenant = kit.CreateTenant("acme");
        kit.RunUntil(() => kit.Faults.CallsOf(OrchestratorCall.Ensure) == 1);
        var services = kit.Services;

        kit.Crash();
        kit.RunFor(TimeSpan.FromMinutes(1));
        kit.Start();
        kit.RunUntilQuiet();

        Assert.NotSame(services, kit.Services);
        Assert.Equal(1, kit.Count(TenantPhase.Running));
        Assert.Equal(1, kit.Faults.CallsOf(OrchestratorCall.Ensure));
        Assert.Single(kit.Run(() => kit.Orchestrator.ObserveAsync(new UnitRef(tenant.Id, tenant.UnitName), None))!.Instances);
    }

    [Fact]
    public void Crash_AfterAnyNumberOfSteps_EndsWithOneInstance()
    {
        for (var steps = 0; steps < 40; steps++)
        {
            using var kit = VirtualTenantKit.Create((ulong)steps, static builder => builder.UseInMemoryOrchestrator(static runtime => runtime.StartDelay = TimeSpan.FromSeconds(1)));
            kit.CreateTenant("acme");
            for (var step = 0; step < steps; step++)
            {
                kit.World.Step();
            }

            kit.Crash();
            kit.Start();
            kit.RunUntilQuiet();

            Assert.Equal((steps, TenantPhase.Running, 1), (steps, Assert.Single(kit.Tenants).Status.Phase, Assert.Single(kit.Tenants).Instances.Count));
        }
    }

    [Fact]
    public void Start_StoreChosenByConfiguration_OutlivesTheCrashAllTheSame()
    {
        using var kit = VirtualTenantKit.Create(1, static builder => builder.UseInMemoryStore().UseInMemoryOrchestrator());
        kit.CreateTenant("acme");
        kit.RunUntilQuiet();

        kit.Crash();
        kit.Start();
        kit.RunUntilQuiet();

        Assert.Equal(1, kit.Count(TenantPhase.Running));
    }

    [Fact]
    public void Orchestrator_InstanceCrashes_IsReplaced()
    {
        using var kit = VirtualTenantKit.Create(1);
        kit.CreateTenant("acme");
        kit.RunUntilQuiet();
        var before = Assert.Single(Assert.Single(kit.Tenants).Instances).Id;
        Assert.True(kit.Orchestrator.TryGetInstance(before, out var instance));

        instance.Exit(137);
        kit.RunUntilQuiet();

        var after = Assert.Single(kit.Tenants);
        Assert.Equal(TenantPhase.Running, after.Status.Phase);
        Assert.NotEqual(before, Assert.Single(after.Instances).Id);
    }

    [Fact]
    public void Probe_InstanceFails_IsReplacedByOneThatPasses()
    {
        using var kit = VirtualTenantKit.Create(1);
        kit.CreateTenant("acme");
        kit.RunUntilQuiet();
        var before = Assert.Single(Assert.Single(kit.Tenants).Instances).Id;

        kit.Probe.Fail(before);
        kit.RunUntil(() => kit.Tenants.Single().Status.Phase != TenantPhase.Running);
        kit.Probe.Pass(before);
        kit.RunUntilQuiet();

        Assert.Equal(TenantPhase.Running, Assert.Single(kit.Tenants).Status.Phase);
    }

    [Fact]
    public void Faults_RuntimeIsDown_TenantsWaitUntilItIsBack()
    {
        using var kit = VirtualTenantKit.Create(1);
        kit.Faults.IsDown = true;
        kit.CreateTenant("acme");
        kit.RunFor(TimeSpan.FromMinutes(5));
        Assert.Equal((0, StatusReasons.OrchestratorUnavailable), (kit.Count(TenantPhase.Running), Assert.Single(kit.Tenants).Status.Reason));

        var back = kit.Time.GetUtcNow();
        kit.Faults.IsDown = false;
        kit.RunUntil(() => kit.Count(TenantPhase.Running) == 1);

        Assert.InRange(kit.Time.GetUtcNow() - back, TimeSpan.Zero, TimeSpan.FromSeconds(5)); // by then its back-off is a minute
    }

    [Fact]
    public void Faults_DeleteIsRefused_EveryReaderHearsWhyUntilItSucceeds()
    {
        using var kit = VirtualTenantKit.Create(1);
        var id = kit.CreateTenant("acme").Id;
        kit.RunUntilQuiet();
        kit.Faults.FailNext(OrchestratorCall.Delete, FaultMoment.BeforeEffect, times: 8, new OrchestratorException(StatusReasons.Forbidden, "Add this rule.", isTransient: true));
        kit.Run(() => kit.Get<ITenantManager>().DeleteAsync(id, Actor.System, CancellationToken.None));
        kit.RunUntil(() => kit.Tenants.Single().Status.ConsecutiveFailures == 1);

        for (var looks = 0; kit.Tenants.Single().Status.ConsecutiveFailures < 8; looks++)
        {
            var status = kit.Tenants.Single().Status;
            Assert.True((status.Phase, status.Reason, status.Message) == (TenantPhase.Deleting, StatusReasons.Forbidden, "Add this rule."), $"look {looks}: {status}");
            kit.RunFor(TimeSpan.FromMilliseconds(100));
        }

        kit.RunUntilQuiet();
        Assert.Equal(TenantPhase.Deleted, kit.Tenants.Single().Status.Phase);
    }

    [Fact]
    public void Hook_OfTheUser_RunsOnVirtualTime()
    {
        var outbox = new WelcomeMails.Outbox();
        using var kit = VirtualTenantKit.Create(1, builder =>
        {
            builder.Services.AddSingleton(outbox);
            builder.Services.AddHostedService<WelcomeMails>();
        });
        kit.CreateTenant("acme");
        kit.RunUntil(() => outbox.Planned.Count == 1);
        var planned = kit.Time.GetUtcNow();

        kit.RunUntil(() => outbox.Sent.Count == 1);

        Assert.Equal(("acme", planned + WelcomeMails.Wait), Assert.Single(outbox.Sent));
    }

    [Fact]
    public void Create_WithABackgroundService_SaysWhatToDoInstead()
    {
        var exception = Assert.Throws<InvalidOperationException>(
            static () => VirtualTenantKit.Create(1, static builder => builder.Services.AddHostedService<Background>()));

        Assert.Equal(
            "Background is a BackgroundService, which .NET runs on the thread pool, out of virtual time's reach. "
            + "Implement IHostedService and begin the work in StartAsync, or leave it out of this test's configuration.",
            exception.Message);
    }

    [Fact]
    public void Create_OptionsAreWrong_FailsAsAHostDoesAndLeavesNoDirectory()
    {
        var directory = "";

        Assert.Throws<OptionsValidationException>(() => VirtualTenantKit.Create(1, builder => builder.Services.Configure<TenantKitOptions>(options =>
        {
            directory = options.DataDirectory;
            options.Workers = 0;
        })));

        Assert.False(Directory.Exists(directory));
        Assert.NotEmpty(directory);
    }

    [Fact]
    public void Dispose_Always_LeavesNoDirectory()
    {
        var kit = VirtualTenantKit.Create(1);
        var directory = kit.Get<IOptions<TenantKitOptions>>().Value.DataDirectory;
        Assert.True(Directory.Exists(directory));

        kit.Dispose();
        kit.Dispose();

        Assert.False(Directory.Exists(directory));
        Assert.Throws<ObjectDisposedException>(kit.Start);
    }

    [Fact]
    public async Task DisposeAsync_ServiceThatIsReleasedAsynchronously_IsReleasedForEachStart()
    {
        var released = 0;
        var kit = VirtualTenantKit.Create(1, builder => builder.Services.AddSingleton(_ => new Releasable(() => released++)));
        kit.Get<Releasable>();
        kit.Crash();
        kit.Start();
        kit.Get<Releasable>();

        await kit.DisposeAsync();

        Assert.Equal(2, released);
    }

    private sealed class Releasable(Action onReleased) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            onReleased();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Background : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.CompletedTask;
    }
}
