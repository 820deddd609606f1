using System.Globalization;
using TenantKit.Activity;
using TenantKit.Admin.Http;
using TenantKit.Explanation;
using TenantKit.Operations;
using TenantKit.Orchestration;
using TenantKit.Tenants;

namespace TenantKit.Admin.Containers;

/// <summary>Tells why a tenant is as it is: from the phase back to what asked for it. A pure function.</summary>
internal static class CauseChain
{
    public static IReadOnlyList<Cause> Of(TenantExplanation explanation)
    {
        var state = explanation.State;
        var (tenant, status) = (state.Tenant, state.Status);
        var chain = new List<Cause>
        {
            new("phase_" + EnumText.Of(status.Phase), $"The tenant is {EnumText.Of(status.Phase)}.", status.ChangedAt),
        };
        if (status.Reason != StatusReasons.None)
        {
            chain.Add(new Cause(status.Reason, status.Message ?? $"The control loop says: {status.Reason}.", status.ChangedAt));
        }

        AddInstances(chain, state);
        AddNotices(chain, explanation.Notices);
        AddHealth(chain, explanation.Gateways);
        AddFailures(chain, status);
        if (explanation.QueuePosition > 0)
        {
            chain.Add(new Cause("queue_position", string.Create(CultureInfo.InvariantCulture, $"{explanation.QueuePosition} tenants start before it.")));
        }

        chain.AddRange(state.OpenOperations.Select(Describe));
        AddIntent(chain, tenant);
        if (explanation.Sleep is { } sleep)
        {
            AddAwake(chain, explanation, sleep);
        }

        if (explanation.Lease is null)
        {
            chain.Add(new Cause("nobody_acts", "No replica of the control plane holds the tenant's share now: nothing changes until one takes it."));
        }

        return chain;
    }

    private static void AddInstances(List<Cause> chain, TenantState state)
    {
        foreach (var instance in state.Instances.Where(static instance => instance.Reason != StatusReasons.None))
        {
            var exit = instance.ExitCode is { } code ? string.Create(CultureInfo.InvariantCulture, $" with exit code {code}") : "";
            chain.Add(new Cause("instance_" + instance.Reason, $"Instance {instance.Id} is {EnumText.Of(instance.State)}{exit}.", instance.StartedAt ?? instance.CreatedAt));
        }
    }

    private static void AddNotices(List<Cause> chain, IReadOnlyList<RuntimeNotice> notices)
    {
        foreach (var notice in notices)
        {
            var times = notice.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $" ({notice.Count} times)") : "";
            chain.Add(new Cause("runtime_" + notice.Reason, notice.Message + times, notice.At));
        }
    }

    // What the gateways think of an instance, the same verdict of several told once; for one that drains, what it still has to finish.
    private static void AddHealth(List<Cause> chain, IReadOnlyList<GatewayTraffic> gateways)
    {
        foreach (var instance in gateways.SelectMany(static gateway => gateway.Instances).Where(static instance => instance.State != "healthy").GroupBy(static instance => (instance.InstanceId, instance.State)))
        {
            var (id, state) = instance.Key;
            var inFlight = instance.Sum(static each => each.InFlight);
            var detail = state == "draining"
                ? string.Create(CultureInfo.InvariantCulture, $"Instance {id} is draining: {inFlight} requests and streams are left.")
                : string.Create(CultureInfo.InvariantCulture, $"Instance {id} is {state} at {instance.Count()} of {gateways.Count} gateways. {instance.First().Reason}").TrimEnd();
            chain.Add(new Cause("gateway_instance_" + state, detail));
        }
    }

    private static void AddFailures(List<Cause> chain, TenantStatus status)
    {
        if (status.ConsecutiveFailures > 0)
        {
            chain.Add(new Cause("failures", string.Create(CultureInfo.InvariantCulture, $"{status.ConsecutiveFailures} tries failed in a row.")));
        }

        if (status.RetryAt is { } retryAt)
        {
            chain.Add(new Cause("retry", "The next try is due.", retryAt));
        }
    }

    private static Cause Describe(Operation operation)
    {
        var step = operation.Steps.LastOrDefault();
        var at = step is null ? "not begun" : $"at step {step.Name} ({EnumText.Of(step.State)})";
        return new Cause("operation_" + operation.Kind, $"Operation {operation.Id}, asked for by {operation.Actor}, is {at}.", operation.CreatedAt);
    }

    private static void AddIntent(List<Cause> chain, Tenant tenant)
    {
        if (tenant.Suspended)
        {
            chain.Add(new Cause("suspended", "An administrator has locked the tenant."));
        }

        var by = tenant.Origin switch
        {
            IntentOrigin.Human => "a person",
            IntentOrigin.Wake => "a request that met it asleep",
            _ => "TenantKit itself",
        };
        chain.Add(new Cause("desired_" + EnumText.Of(tenant.Desired), $"{EnumText.Of(tenant.Desired)} is what {by} asked for last.", tenant.DeletedAt));
    }

    private static void AddAwake(List<Cause> chain, TenantExplanation explanation, SleepOutlook sleep)
    {
        if (sleep.IdleTimeout is not { } idle)
        {
            chain.Add(new Cause("awake_never_sleeps", sleep.Blockers[0].Detail));
            return;
        }

        foreach (var blocker in sleep.Blockers.Where(static blocker => blocker.Code == "requests_in_flight"))
        {
            chain.Add(new Cause("awake_" + blocker.Code, blocker.Detail));
        }

        var (tenant, status) = (explanation.State.Tenant, explanation.State.Status);
        var since = explanation.LastAccessAt ?? status.LastAccessAt ?? tenant.CreatedAt;
        chain.Add(new Cause("awake_last_access", explanation.LastAccessAt is null ? "No request has come yet." : "A request came last.", since));
        chain.Add(new Cause("awake_until_idle", $"It sleeps {idle} after its last request, if none is in flight.", since + idle));
    }
}
