using Microsoft.Extensions.Options;
using TenantKit.Gateway.Activity;

namespace TenantKit.Gateway.Access;

/// <summary>Keeps one tenant from taking what the others need: how many requests it has in flight, and how fast they come.</summary>
/// <remarks>The rate is the generic cell rate algorithm (ITU-T I.371): one number per tenant that is awake, no timer, no queue.</remarks>
internal sealed class TenantLimits(IOptions<TenantGatewayOptions> options, TimeProvider time)
{
    private static readonly GatewayProblem Overloaded =
        new(503, "tenant_overloaded", "The tenant has too many requests in flight.", "Wait for some of them to end, then try again.") { RetryAfterSeconds = 1, IsSurplus = true };

    /// <summary>The refusal for a request that is counted already; null when it may go on.</summary>
    public GatewayProblem? Check(TenantCounter counter)
    {
        var limits = options.Value;
        if (counter.InFlight > limits.MaxRequestsPerTenant)
        {
            return Overloaded;
        }

        if (limits.RequestRatePerTenant <= 0)
        {
            return null;
        }

        var wait = counter.TakeAtRate(time.GetTimestamp(), (long)(time.TimestampFrequency / limits.RequestRatePerTenant), limits.RequestBurstPerTenant);
        return wait == 0 ? null : TooFast((int)Math.Clamp(Math.Ceiling((double)wait / time.TimestampFrequency), 1, 3600));
    }

    private static GatewayProblem TooFast(int seconds) =>
        new(429, "too_many_requests", "The tenant's requests come too fast.", "Try again after the time given, and more slowly.") { RetryAfterSeconds = seconds, IsSurplus = true };
}
