using System.Globalization;
using TenantKit.Admin.Http;
using TenantKit.Operations;
using TenantKit.Templates;
using TenantKit.Tenants;

namespace TenantKit.Admin.Containers;

/// <summary>Tells why a tenant is as it is: from the phase back to what asked for it. A pure function.</summary>
internal static class CauseChain
{
    public static IReadOnlyList<Cause> Of(TenantState state, Template? template, TimeSpan defaultIdleTimeout)
    {
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
        AddFailures(chain, status);
        chain.AddRange(state.OpenOperations.Select(Describe));
        AddIntent(chain, tenant);
        if (tenant is { Desired: DesiredState.Running, Suspended: false })
        {
            AddAwake(chain, tenant, status, template, defaultIdleTimeout);
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

    private static void AddAwake(List<Cause> chain, Tenant tenant, TenantStatus status, Template? template, TimeSpan defaultIdleTimeout)
    {
        var idle = template?.IdleTimeout ?? defaultIdleTimeout;
        if (idle <= TimeSpan.Zero)
        {
            chain.Add(new Cause("awake_never_sleeps", $"Template {tenant.TemplateName} version {tenant.TemplateVersion} never sleeps."));
            return;
        }

        var since = status.LastAccessAt ?? tenant.CreatedAt;
        chain.Add(new Cause("awake_last_access", status.LastAccessAt is null ? "No request has come yet." : "A request came last (noted at most once a minute).", since));
        chain.Add(new Cause("awake_until_idle", $"It sleeps {idle} after its last request, if none is in flight.", since + idle));
    }
}
