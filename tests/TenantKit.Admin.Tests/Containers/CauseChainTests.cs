using TenantKit.Activity;
using TenantKit.Admin.Containers;
using TenantKit.Control;
using TenantKit.Explanation;
using TenantKit.Operations;
using TenantKit.Orchestration;
using TenantKit.Storage;
using TenantKit.Templates;
using TenantKit.Tenants;

namespace TenantKit.Admin.Tests.Containers;

public sealed class CauseChainTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Of_ACrashLoop_LeadsFromThePhaseToTheRequest()
    {
        var tenant = NewTenant();
        var status = new TenantStatus
        {
            TenantId = "t1",
            Phase = TenantPhase.Failed,
            Reason = StatusReasons.CrashLoop,
            Message = "The app exits at once.",
            ConsecutiveFailures = 3,
            RetryAt = Now.AddSeconds(8),
            ChangedAt = Now,
        };
        var instance = new Instance { Id = "i1", TenantId = "t1", State = InstanceState.Exited, Reason = StatusReasons.CrashLoop, ExitCode = 139, CreatedAt = Now };
        var step = new OperationStep("start_unit", OperationState.Running, Now, null, null);
        var operation = new Operation { Id = "o1", Kind = "start", TenantId = "t1", Actor = "u9", TargetGeneration = 1, Steps = [step], CreatedAt = Now };

        var chain = CauseChain.Of(Explanation(new TenantState(tenant, status, [instance], [], [operation])) with { Sleep = new SleepOutlook(null, null, [new SleepBlocker("never_sleeps", "Template default version 1 never sleeps.")]) });

        Assert.Equal(
            [
                new Cause("phase_failed", "The tenant is failed.", Now),
                new Cause("crash_loop", "The app exits at once.", Now),
                new Cause("instance_crash_loop", "Instance i1 is exited with exit code 139.", Now),
                new Cause("failures", "3 tries failed in a row."),
                new Cause("retry", "The next try is due.", Now.AddSeconds(8)),
                new Cause("operation_start", "Operation o1, asked for by u9, is at step start_unit (running).", Now),
                new Cause("desired_running", "running is what a person asked for last."),
                new Cause("awake_never_sleeps", "Template default version 1 never sleeps."),
            ],
            chain);
    }

    [Fact]
    public void Of_ASuspendedTenant_NamesTheLock()
    {
        var status = new TenantStatus { TenantId = "t1", Phase = TenantPhase.Suspended, ChangedAt = Now };

        var chain = CauseChain.Of(Explanation(new TenantState(NewTenant() with { Suspended = true }, status, [], [], [])));

        Assert.Equal(["phase_suspended", "suspended", "desired_running"], chain.Select(cause => cause.Code));
    }

    [Fact]
    public void Of_ARunningTenant_NamesWhatGatewaysThinkOfItsInstancesAndWhatKeepsItAwake()
    {
        var status = new TenantStatus { TenantId = "t1", Phase = TenantPhase.Running, ChangedAt = Now };
        var ejected = new InstanceActivity("t1", "i1", "ejected", "Requests in a row got no answer from it.", 1, TimeSpan.FromSeconds(20));
        var draining = new InstanceActivity("t1", "i2", "draining", "It is about to stop.", 3);
        var healthy = new InstanceActivity("t1", "i3", "healthy", null, 5);
        var explanation = Explanation(new TenantState(NewTenant(), status, [], [], [])) with
        {
            Gateways = [Gateway("g1", ejected, draining), Gateway("g2", ejected with { InFlight = 2 }, draining with { InFlight = 4 }, healthy)],
            LastAccessAt = Now.AddSeconds(5),
            Sleep = new SleepOutlook(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(30), [new("requests_in_flight", "9 requests and streams are in flight."), new("idle_time_left", "…")]),
            QueuePosition = 2,
            Lease = null,
        };

        Assert.Equal(
            [
                new Cause("phase_running", "The tenant is running.", Now),
                new Cause("gateway_instance_ejected", "Instance i1 is ejected at 2 of 2 gateways. Requests in a row got no answer from it."),
                new Cause("gateway_instance_draining", "Instance i2 is draining: 7 requests and streams are left."),
                new Cause("queue_position", "2 tenants start before it."),
                new Cause("desired_running", "running is what a person asked for last."),
                new Cause("awake_requests_in_flight", "9 requests and streams are in flight."),
                new Cause("awake_last_access", "A request came last.", Now.AddSeconds(5)),
                new Cause("awake_until_idle", "It sleeps 00:01:00 after its last request, if none is in flight.", Now.AddSeconds(65)),
                new Cause("nobody_acts", "No replica of the control plane holds the tenant's share now: nothing changes until one takes it."),
            ],
            CauseChain.Of(explanation));
        Assert.Equal("one is running. It does not sleep: 9 requests and streams are in flight. Gateways leave 1 of its instances out.", ExplainSummary.Of(explanation));
    }

    [Fact]
    public void Of_ARuntimeThatNoticedThings_TellsThem()
    {
        var status = new TenantStatus { TenantId = "t1", Phase = TenantPhase.Starting, ChangedAt = Now };
        var explanation = Explanation(new TenantState(NewTenant(), status, [], [], [])) with
        {
            Notices = [new RuntimeNotice(StatusReasons.Unschedulable, "No node has room for it (Pod app-1): 3 Insufficient cpu.", Now.AddSeconds(3), 12), new RuntimeNotice("volume_not_mounted", "A volume is not mounted.", Now)],
        };

        var chain = CauseChain.Of(explanation);

        Assert.Contains(new Cause("runtime_unschedulable", "No node has room for it (Pod app-1): 3 Insufficient cpu. (12 times)", Now.AddSeconds(3)), chain);
        Assert.Contains(new Cause("runtime_volume_not_mounted", "A volume is not mounted.", Now), chain);
    }

    [Theory]
    [InlineData(TenantPhase.Sleeping, StatusReasons.Idle, null, "one is sleeping: no request came for its idle time. A request of somebody who may enter wakes it.")]
    [InlineData(TenantPhase.Failed, StatusReasons.ImageNotFound, "Image app is not known.", "one is failed: image app is not known. After 3 failures in a row the next try is at 00:00:08 UTC.")]
    [InlineData(TenantPhase.Starting, StatusReasons.WaitingForStartSlot, null, "one is starting: it waits for a place among the tenants that start. 2 tenants start before it. After 3 failures in a row the next try is at 00:00:08 UTC.")]
    [InlineData(TenantPhase.Suspended, StatusReasons.None, null, "one is suspended: an administrator has locked it.")]
    public void Summary_OfAPhase_SaysItInASentence(TenantPhase phase, string reason, string? message, string expected)
    {
        var status = new TenantStatus { TenantId = "t1", Phase = phase, Reason = reason, Message = message, ChangedAt = Now, ConsecutiveFailures = 3, RetryAt = Now.AddSeconds(8) };

        Assert.Equal(expected, ExplainSummary.Of(Explanation(new TenantState(NewTenant(), status, [], [], [])) with { QueuePosition = 2 }));
    }

    private static GatewayTraffic Gateway(string id, params InstanceActivity[] instances) => new(id, TimeSpan.FromSeconds(1), 7, 4, 3, 2.5, instances);

    private static TenantExplanation Explanation(TenantState state) => new()
    {
        State = state,
        Template = new Template { Name = "default", Version = 1, Image = "app", CreatedAt = Now },
        Lease = new Lease { Name = "shard/01", Holder = "r1", RenewedAt = Now },
    };

    private static Tenant NewTenant() => new()
    {
        Id = "t1",
        Name = "one",
        OwnerUserId = "u1",
        TemplateName = "default",
        TemplateVersion = 1,
        Resources = ResourceLimits.Default,
        CreatedAt = Now,
    };
}
