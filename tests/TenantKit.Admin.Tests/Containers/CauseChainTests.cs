using TenantKit.Admin.Containers;
using TenantKit.Operations;
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

        var chain = CauseChain.Of(new TenantState(tenant, status, [instance], [], [operation]), null, TimeSpan.Zero);

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

        var chain = CauseChain.Of(new TenantState(NewTenant() with { Suspended = true }, status, [], [], []), null, TimeSpan.FromMinutes(1));

        Assert.Equal(["phase_suspended", "suspended", "desired_running"], chain.Select(cause => cause.Code));
    }

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
