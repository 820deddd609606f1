using Microsoft.Extensions.Options;
using TenantKit.Diagnostics;
using TenantKit.Gateway.Health;
using TenantKit.Routing;

namespace TenantKit.Gateway.Activation;

/// <summary>What somebody is told who waited in vain.</summary>
internal sealed class HoldDecision(IRouteRegistry registry, FleetTable fleets, IRandomSource random, IOptions<TenantGatewayOptions> options)
{
    /// <summary>The refusal for an outcome other than ready.</summary>
    public GatewayProblem Explain(string tenantId, ActivationOutcome outcome) => outcome switch
    {
        ActivationOutcome.Suspended => GatewayProblems.TenantSuspended,
        ActivationOutcome.NotAllowed => GatewayProblems.WakeNotAllowed,
        ActivationOutcome.Gone => GatewayProblems.TenantNotFound,
        ActivationOutcome.Failed => new(503, "tenant_failed", "The tenant cannot start.", Describe(tenantId)) { RetryAfterSeconds = RetryAfter() },
        _ when fleets.TryGet(tenantId, out var fleet) && Array.Exists(fleet.Slots, static slot => slot.WasReady) =>
            new(503, "no_healthy_instance", "No instance of the tenant is healthy.", Describe(tenantId)) { RetryAfterSeconds = RetryAfter() },
        _ => new(503, "tenant_starting", "The tenant is starting.", Describe(tenantId)) { RetryAfterSeconds = RetryAfter() },
    };

    /// <summary>The refusal for a request that found no place to wait.</summary>
    public GatewayProblem TooMany() =>
        new(503, "too_many_waiting", "Too many requests wait already.", "Try again after the time given.") { RetryAfterSeconds = RetryAfter(), IsSurplus = true };

    // Spread, so that those who were refused together do not come back together.
    private int RetryAfter()
    {
        var least = (int)options.Value.RetryAfter.TotalSeconds;
        return least + random.Next((2 * least) + 1);
    }

    private string? Describe(string tenantId) => !registry.TryGetById(tenantId, out var route)
        ? null
        : (route.Message, route.Reason) switch
        {
            ({ } message, _) => message,
            (null, Tenants.StatusReasons.None) => null,
            (null, var reason) => $"Reason: {reason}.",
        };
}
