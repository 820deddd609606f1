using Microsoft.Extensions.DependencyInjection;
using TenantKit.Audit;
using TenantKit.Autoscaling;
using TenantKit.Control;
using TenantKit.Management;
using TenantKit.Operations;
using TenantKit.Storage;
using TenantKit.Templates;
using TenantKit.Tenants;

namespace TenantKit.Core.Tests.ControlLoop;

public sealed class AutoscaleTests
{
    private static readonly AutoscaleSettings Settings = new() { TargetInFlight = 10, StableWindow = TimeSpan.FromSeconds(20) };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Load_AboveAndBelowWhatRuns_IsFollowedByInstancesAndTold()
    {
        await using var plane = await StartAsync();
        var tenant = (await plane.CreateRunningAsync("acme", "scaled")).Tenant;

        await UnderLoadAsync(plane, tenant.Id, 35, static state => state is { Tenant.Replicas: 4, Status.Phase: TenantPhase.Running } && state.Instances.Count == 4);

        var operation = (await plane.Store.ListOperationsAsync(tenant.Id, new PageRequest(1), Stop)).Items[0];
        Assert.Equal((OperationKinds.Autoscale, Actor.System.Id, OperationState.Succeeded), (operation.Kind, operation.Actor, (await plane.EndedAsync(operation.Id)).State));
        var audit = (await plane.Store.ListAuditAsync(new AuditFilter { Action = "tenant.autoscale" }, new PageRequest(10), Stop)).Items;
        Assert.StartsWith("autoscale from ", audit[0].Detail, StringComparison.Ordinal);
        Assert.Contains("to 4: ", audit[0].Detail, StringComparison.Ordinal);
        Assert.True(plane.Get<Autoscaler>().GetOutlook(tenant.Id)!.IsPanicking);

        await UnderLoadAsync(plane, tenant.Id, 12, static state => state is { Tenant.Replicas: 2, Status.Phase: TenantPhase.Running } && state.Instances.Count == 2);
        await UnderLoadAsync(plane, tenant.Id, 0, static state => state is { Tenant.Replicas: 1, Status.Phase: TenantPhase.Running } && state.Instances.Count == 1);
    }

    [Fact]
    public async Task Load_AtSeveralGateways_IsAddedUp()
    {
        await using var plane = await StartAsync();
        var tenant = (await plane.CreateRunningAsync("acme", "scaled")).Tenant;

        await UnderLoadAsync(plane, tenant.Id, 8, static state => state.Tenant.Replicas == 3, "gateway-1", "gateway-2", "gateway-3");
    }

    [Fact]
    public async Task Replica_ThatTakesOver_TakesNothingAwayBeforeItSawAWholeWindow()
    {
        var first = await StartAsync();
        var tenant = (await first.CreateRunningAsync("acme", "scaled")).Tenant;
        await UnderLoadAsync(first, tenant.Id, 35, static state => state.Status.Phase == TenantPhase.Running && state.Instances.Count == 4);
        await using var second = await StartAsync(first);
        await first.DisposeAsync();

        await second.UntilAsync(async () =>
        {
            await ReportAsync(second, tenant.Id, 5);
            return second.Get<Autoscaler>().GetOutlook(tenant.Id) is not null;
        });
        await UnderLoadForAsync(second, tenant.Id, 5, 15);
        Assert.Equal((4, false), ((await second.StateAsync(tenant.Id)).Tenant.Replicas, second.Get<Autoscaler>().GetOutlook(tenant.Id)!.IsWhole));
        await UnderLoadAsync(second, tenant.Id, 5, static state => state.Tenant.Replicas == 1);
        Assert.True(second.Get<Autoscaler>().GetOutlook(tenant.Id)!.IsWhole);
    }

    [Fact]
    public async Task NoGatewayInTouch_ChangesNothing()
    {
        await using var plane = await StartAsync();
        var tenant = (await plane.CreateRunningAsync("acme", "scaled")).Tenant;
        await plane.Manager.ResizeAsync(tenant.Id, new TenantResize { Replicas = 3 }, null, ControlPlaneHarness.Admin, Stop);
        await plane.UntilAsync(tenant.Id, static state => state.Instances.Count == 3 && state.Status.Phase == TenantPhase.Running);

        for (var i = 0; i < 100; i++)
        {
            plane.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1, Stop);
        }

        Assert.Equal(3, (await plane.StateAsync(tenant.Id)).Tenant.Replicas);
        Assert.Null(plane.Get<Autoscaler>().GetOutlook(tenant.Id));
    }

    [Fact]
    public async Task Tenant_ThatSleepsOrIsSetByHandOnly_IsNotLookedAt()
    {
        await using var plane = await StartAsync();
        var byHand = (await plane.CreateRunningAsync("by-hand")).Tenant;
        var tenant = (await plane.CreateRunningAsync("acme", "scaled")).Tenant;
        await plane.Manager.StopAsync(tenant.Id, ControlPlaneHarness.Admin, Stop);
        await plane.UntilAsync(async () =>
        {
            await ReportAsync(plane, byHand.Id, 100);
            return (await plane.StateAsync(tenant.Id)).Status.Phase == TenantPhase.Sleeping;
        });
        await UnderLoadForAsync(plane, tenant.Id, 100, 40);

        Assert.Equal(DesiredState.Sleeping, (await plane.StateAsync(tenant.Id)).Tenant.Desired);
        Assert.Equal((1, 1), ((await plane.StateAsync(tenant.Id)).Tenant.Replicas, (await plane.StateAsync(byHand.Id)).Tenant.Replicas));
    }

    [Theory]
    [InlineData("autoscale.targetInFlight", 0, 60, 0.1, 2, 0)]
    [InlineData("autoscale.stableWindow", 20, 5, 0.1, 2, 0)]
    [InlineData("autoscale.panicWindowShare", 20, 60, 1.5, 2, 0)]
    [InlineData("autoscale.panicThreshold", 20, 60, 0.1, 1, 0)]
    [InlineData("autoscale.scaleDownDelay", 20, 60, 0.1, 2, 3601)]
    public async Task Template_WithWrongSettings_IsRefused(string field, double target, int window, double share, double threshold, int delay)
    {
        await using var plane = await ControlPlaneHarness.StartAsync();
        var wrong = Template() with
        {
            Autoscale = new AutoscaleSettings
            {
                TargetInFlight = target,
                StableWindow = TimeSpan.FromSeconds(window),
                PanicWindowShare = share,
                PanicThreshold = threshold,
                ScaleDownDelay = TimeSpan.FromSeconds(delay),
            },
        };

        var refusal = await Assert.ThrowsAsync<ManagementException>(() => plane.Get<ITemplateManager>().CreateAsync(wrong, ControlPlaneHarness.Admin, Stop));

        Assert.Equal([field], refusal.Errors!.Keys);
    }

    private static Template Template() => new() { Name = "scaled", Version = 1, Image = "app:1", MaxReplicas = 5, Autoscale = Settings, CreatedAt = default };

    private static Task<ControlPlaneHarness> StartAsync(ControlPlaneHarness? beside = null) => ControlPlaneHarness.StartAsync(
        static options => options.IdleTimeout = TimeSpan.FromHours(1),
        static services => services.AddSingleton(new TemplateSeed(Template())),
        beside?.Store,
        beside?.Orchestrator,
        beside?.Time);

    private static Task UnderLoadAsync(ControlPlaneHarness plane, string tenantId, double load, Func<TenantState, bool> condition, params string[] gateways) =>
        plane.UntilAsync(async () =>
        {
            await ReportAsync(plane, tenantId, load, gateways);
            return condition(await plane.StateAsync(tenantId));
        });

    private static async Task UnderLoadForAsync(ControlPlaneHarness plane, string tenantId, double load, int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            await ReportAsync(plane, tenantId, load);
            plane.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1, Stop);
        }
    }

    private static async Task ReportAsync(ControlPlaneHarness plane, string tenantId, double load, params string[] gateways)
    {
        foreach (var gateway in gateways.DefaultIfEmpty("gateway-1"))
        {
            // Everything is applied and nothing is forwarded: what drains is drained at once.
            TenantActivity[] tenants = load == 0 ? [] : [new TenantActivity(tenantId, plane.Time.GetUtcNow(), 1, 0, 1) { AverageInFlight = load }];
            await plane.Control.ReportActivityAsync(new ActivityReport(gateway, long.MaxValue, tenants, IsFull: true), Stop);
        }
    }
}
