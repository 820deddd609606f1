using TenantKit.Control;
using TenantKit.Management;
using TenantKit.Operations;
using TenantKit.Tenants;

namespace TenantKit.Core.Tests.ControlLoop;

public sealed class FailureTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Crash_OfARunningInstance_IsHealedWithoutAnybodyAsking()
    {
        await using var plane = await ControlPlaneHarness.StartAsync();
        var before = await plane.CreateRunningAsync("acme");
        var id = Assert.Single(before.Instances).Id;
        Assert.True(plane.Orchestrator.TryGetInstance(id, out var instance));

        instance.Exit(137);

        var after = await plane.UntilAsync(before.Tenant.Id, state => state.Status.Phase == TenantPhase.Running && state.Instances.Count == 1 && state.Instances[0].Id != id);
        Assert.Equal(1, after.Status.ConsecutiveFailures);
        await plane.UntilAsync(before.Tenant.Id, state => state.Status.ConsecutiveFailures == 0);
    }

    [Fact]
    public async Task Start_AppNeverReady_FailsWithTheReasonAndTriesAgain()
    {
        await using var plane = await ControlPlaneHarness.StartAsync();
        var tenant = await plane.CreateAsync("acme");
        plane.Probe.Failing[tenant.Id] = "connection refused";

        var state = await plane.UntilAsync(tenant.Id, current => current.Status.Phase == TenantPhase.Failed);

        Assert.Equal(StatusReasons.NotReadyInTime, state.Status.Reason);
        Assert.Contains("connection refused", state.Status.Message);
        plane.Probe.Failing.Clear();
        await plane.UntilPhaseAsync(tenant.Id, TenantPhase.Running);
    }

    [Fact]
    public async Task Start_WhileFailed_TriesAtOnce()
    {
        await using var plane = await ControlPlaneHarness.StartAsync(options => options.MinBackoff = options.MaxBackoff = TimeSpan.FromHours(6));
        var tenant = await plane.CreateAsync("acme");
        plane.Probe.Failing[tenant.Id] = "connection refused";
        await plane.UntilAsync(tenant.Id, current => current.Status.Phase == TenantPhase.Failed && current.Instances.Count == 0);
        plane.Probe.Failing.Clear();

        var operation = await plane.Manager.StartAsync(tenant.Id, ControlPlaneHarness.Admin, Token);

        Assert.Equal(OperationState.Succeeded, (await plane.EndedAsync(operation.Id)).State);
    }

    [Fact]
    public async Task Create_UnknownTemplate_IsRefusedWithAHint()
    {
        await using var plane = await ControlPlaneHarness.StartAsync();

        var exception = await Assert.ThrowsAsync<ManagementException>(() => plane.CreateAsync("acme", "nowhere"));

        Assert.Equal(ManagementErrors.TemplateNotFound, exception.Code);
        Assert.Equal("There is no template 'nowhere'. GET /api/admin/templates lists them.", exception.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Acme")]
    [InlineData("a_b")]
    [InlineData("-a")]
    [InlineData("admin")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task Create_BadName_IsRefusedByField(string name)
    {
        await using var plane = await ControlPlaneHarness.StartAsync();

        var exception = await Assert.ThrowsAsync<ManagementException>(() => plane.CreateAsync(name));

        Assert.Equal(ManagementErrorKind.Invalid, exception.Kind);
        Assert.Contains("tenant.name", exception.Errors.Keys);
    }

    [Fact]
    public async Task Resize_BeyondTheBounds_IsRefusedAndChangesNothing()
    {
        await using var plane = await ControlPlaneHarness.StartAsync();
        var state = await plane.CreateRunningAsync("acme");

        var exception = await Assert.ThrowsAsync<ManagementException>(() => plane.Manager.ResizeAsync(
            state.Tenant.Id, new TenantResize { Replicas = 4, CpuMillicores = -1, MemoryBytes = 1, StorageBytes = 1L << 20 }, null, ControlPlaneHarness.Admin, Token));

        Assert.Equal(["cpu", "memory", "replicas", "storage"], exception.Errors.Keys.Order());
        Assert.Equal(state.Tenant, (await plane.StateAsync(state.Tenant.Id)).Tenant);
    }

    [Fact]
    public async Task Start_OfManyTenants_NeverExceedsTheLimit()
    {
        await using var plane = await ControlPlaneHarness.StartAsync(options => options.MaxConcurrentStarts = 3);
        var tenants = new List<Tenant>();
        for (var i = 0; i < 12; i++)
        {
            var tenant = await plane.CreateAsync("tenant-" + i);
            plane.Probe.Failing[tenant.Id] = "starting";
            tenants.Add(tenant);
        }

        var most = 0;
        await plane.UntilAsync(async () =>
        {
            var starting = 0;
            foreach (var tenant in tenants)
            {
                var unit = await plane.Orchestrator.ObserveAsync(new(tenant.Id, tenant.UnitName), Token);
                if (unit?.HasCompute == true && plane.Probe.Failing.ContainsKey(tenant.Id))
                {
                    starting++;
                }
            }

            most = Math.Max(most, starting);
            if (starting > 0)
            {
                // One gets ready, so that the next may start.
                foreach (var tenant in tenants)
                {
                    var unit = await plane.Orchestrator.ObserveAsync(new(tenant.Id, tenant.UnitName), Token);
                    if (unit?.HasCompute == true && plane.Probe.Failing.TryRemove(tenant.Id, out _))
                    {
                        break;
                    }
                }
            }

            return plane.Probe.Failing.IsEmpty;
        });

        Assert.InRange(most, 1, 3);
        foreach (var tenant in tenants)
        {
            await plane.UntilPhaseAsync(tenant.Id, TenantPhase.Running);
        }
    }

    [Fact]
    public async Task Register_WithAForgedToken_ChangesNothing()
    {
        await using var plane = await ControlPlaneHarness.StartAsync();
        var state = await plane.CreateRunningAsync("acme");
        var instance = Assert.Single(state.Instances);

        var answer = await plane.Control.RegisterInstanceAsync(
            new InstanceRegistration(state.Tenant.Id, instance.Id, new string('0', 64), InstanceClaim.Draining, 8080, "/healthz/ready", null), Token);

        Assert.Equal(RegistrationOutcome.Unauthenticated, answer.Outcome);
        Assert.Equal(InstanceClaim.None, Assert.Single((await plane.StateAsync(state.Tenant.Id)).Instances).Claim);
    }
}
