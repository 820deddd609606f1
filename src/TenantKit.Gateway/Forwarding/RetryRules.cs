using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using TenantKit.Gateway.Health;

namespace TenantKit.Gateway.Forwarding;

/// <summary>Says whether a request that failed may be sent again.</summary>
/// <remarks>
/// (1) What never reached an app may, as long as there is time. (2) What may have reached one may once, before a byte of an answer came, when
/// it is harmless twice: GET, HEAD, OPTIONS, a PUT without a precondition (the second one would find that the first has changed what it is
/// about), whatever carries an <c>Idempotency-Key</c>, and POST where the template says so. DELETE is not: the second would find nothing. (3) Its body must be there again: the first 64 KiB
/// are kept. (4) After a time-out only if another instance is there: the same one would not be quicker. (5) The tenant's budget must allow it.
/// (6) Where all of that holds, an instance that gives its probes no answer is not waited for any longer.
/// </remarks>
internal sealed class RetryRules(FleetTable fleets, IOptions<TenantGatewayOptions> options, TimeProvider time, GatewayMetrics metrics)
{
    /// <summary>Bytes of a body that are kept for a second try.</summary>
    public const int MaxBody = 64 << 10;

    /// <summary>Prepares a request for being sent again.</summary>
    public void Begin(Exchange exchange)
    {
        var http = exchange.Http;
        exchange.Repeatable = IsRepeatable(http.Request)
            || (HttpMethods.IsPost(http.Request.Method) && PathPattern.MatchesAny(exchange.Route.Http.IdempotentPosts, exchange.Target.Path));
        if (exchange.Repeatable && HasBody(http))
        {
            if (http.Request.ContentLength > MaxBody)
            {
                exchange.Repeatable = false;
            }
            else
            {
                exchange.Body = new RecordedBody(http.Request.Body, MaxBody, http.RequestAborted);
            }
        }
    }

    /// <summary>The time that is left for a request, waiting and all tries counted.</summary>
    public TimeSpan Left(Exchange exchange) => options.Value.TotalTimeout - time.GetElapsedTime(exchange.Started);

    /// <summary>True when the request may be sent again; it counts as being sent then.</summary>
    public bool MayRepeat(Exchange exchange, ForwardResult result)
    {
        if (result is ForwardResult.Done or ForwardResult.CutOff or ForwardResult.ClientFault || exchange.Http.RequestAborted.IsCancellationRequested || Left(exchange) <= TimeSpan.Zero)
        {
            return false;
        }

        if (result == ForwardResult.NotConnected)
        {
            return exchange.Body?.CanReplay ?? !exchange.BodyTaken; // (1), (3)
        }

        var may = exchange is { Repeatable: true, Repeated: false } // (2)
            && exchange.Body is null or { CanReplay: true } // (3)
            && fleets.TryGet(exchange.Route.TenantId, out var fleet)
            && (result != ForwardResult.TimedOut || Array.Exists(fleet.Available, slot => !exchange.Failed!.Contains(slot))) // (4)
            && (exchange.RetryTaken || IsInBudget(fleet)); // (5)
        exchange.Repeated |= may;
        return may;
    }

    /// <summary>True when the request, which waits for an instance that is not there any more, should be sent to another one; its second try is taken then.</summary>
    public bool MayGiveUp(Exchange exchange, InstanceSlot at) =>
        exchange is { Repeatable: true, Repeated: false, Body: null or { CanReplay: true } }
        && fleets.TryGet(exchange.Route.TenantId, out var fleet)
        && Array.Exists(fleet.Available, slot => slot != at && exchange.Failed?.Contains(slot) != true)
        && (exchange.RetryTaken = exchange.RetryTaken || fleet.Retries.TryTake(Second)); // (6)

    private bool IsInBudget(TenantFleet fleet)
    {
        if (fleet.Retries.TryTake(Second))
        {
            return true;
        }

        metrics.RetryRefused();
        return false;
    }

    /// <summary>Counts a request that is given to an instance for the first time, now.</summary>
    public void Count(TenantFleet fleet, long now) => fleet.Retries.Count(now / time.TimestampFrequency);

    private long Second => time.GetTimestamp() / time.TimestampFrequency;

    private static bool IsRepeatable(HttpRequest request) =>
        request.Headers.Upgrade.Count == 0
        && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method)
            || (HttpMethods.IsPut(request.Method) && !HasPrecondition(request.Headers))
            || request.Headers["Idempotency-Key"] is [{ Length: > 0 }]);

    private static bool HasPrecondition(IHeaderDictionary headers) => headers.IfMatch.Count > 0 || headers.IfNoneMatch.Count > 0 || headers.IfUnmodifiedSince.Count > 0;

    private static bool HasBody(HttpContext http) => http.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true };
}
