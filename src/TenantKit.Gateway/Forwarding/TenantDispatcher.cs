using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using TenantKit.Gateway.Activation;
using TenantKit.Gateway.Activity;
using TenantKit.Gateway.Edge;
using TenantKit.Gateway.Health;
using TenantKit.Gateway.LoadBalancing;
using TenantKit.Routing;

namespace TenantKit.Gateway.Forwarding;

/// <summary>Brings an admitted request to an instance, waiting for one and trying again where that is safe, within one time.</summary>
/// <remarks>
/// (1) An instance is picked only while the route is active; asleep means wake, even if the instances still run.
/// (2) Where none is available: a person gets the waiting page, a program is held, an anonymous request is refused and wakes nothing.
/// (3) What may be sent again, and how often, <see cref="RetryRules"/> say.
/// </remarks>
internal sealed class TenantDispatcher(
    IRouteRegistry registry, FleetTable fleets, LoadBalancer balancer, InstanceForwarder forwarder, TenantActivator activator, WaitingRoom room,
    HoldDecision decisions, IWaitingPage page, StartProgress progress, RetryRules retries, ActivityTracker activity, IOptions<TenantGatewayOptions> options, TimeProvider time, GatewayMetrics metrics)
{
    /// <summary>Answers the request, or says why not.</summary>
    [AsyncMethodBuilder(typeof(DeepPoolValueTaskMethodBuilder<>))]
    public async ValueTask<GatewayProblem?> DispatchAsync(Exchange exchange, TenantCounter counter)
    {
        var tenantId = exchange.Route.TenantId;
        retries.Begin(exchange);
        while (!exchange.IsCut)
        {
            var result = ForwardResult.Done;
            InstanceSlot? slot = null;

            // Counted before the route is read; see ActivityTracker for why. So is the mark by which it is found when the tenant is locked.
            exchange.AtInstance = true;
            counter.BeginForward();
            try
            {
                var now = time.GetTimestamp();
                if ((slot = Pick(exchange, counter, now)) is not null)
                {
                    result = await forwarder.SendAsync(exchange, slot, now);
                }
            }
            finally
            {
                exchange.AtInstance = false;
                activity.EndForward(counter);
            }

            if (slot is not null)
            {
                metrics.Forwarded();
                if (result == ForwardResult.Done)
                {
                    return null;
                }

                (exchange.Failed ??= []).Add(slot);
                if (!retries.MayRepeat(exchange, result))
                {
                    return Explain(exchange, result);
                }

                exchange.Http.Response.Clear();
                metrics.Retried();
                continue;
            }

            if (exchange.Caller is not { } caller)
            {
                return decisions.Explain(tenantId, ActivationOutcome.TimedOut) is { Code: "no_healthy_instance" } unhealthy ? unhealthy : GatewayProblems.TenantAsleep;
            }

            if (exchange.Failed is null && BrowserNavigation.Is(exchange.Http.Request) && IsWaitable(tenantId))
            {
                return await ShowWaitingPageAsync(exchange, caller.UserId);
            }

            if (await HoldAsync(exchange, caller.UserId) is { } problem)
            {
                return problem;
            }
        }

        return null; // nobody is there any more
    }

    // (1)
    private InstanceSlot? Pick(Exchange exchange, TenantCounter counter, long now)
    {
        var route = exchange.Route;
        if ((!registry.IsCurrent(route) && !registry.TryGetById(route.TenantId, out route)) || route.State != RouteState.Active
            || FleetOf(route, counter) is not { } fleet || balancer.Pick(exchange, route, fleet, now) is not { } slot)
        {
            return null;
        }

        exchange.Route = route;
        if (exchange.Failed is null)
        {
            retries.Count(fleet, now);
        }

        return slot;
    }

    private TenantFleet? FleetOf(Route route, TenantCounter counter)
    {
        if (counter.Fleet is { Available.Length: > 0 } known)
        {
            return known;
        }

        return fleets.TryGet(route.TenantId, out var fleet) ? counter.Fleet = fleet : null;
    }

    private async Task<GatewayProblem?> HoldAsync(Exchange exchange, string principalId)
    {
        var tenantId = exchange.Route.TenantId;
        var hold = options.Value.HoldTimeout - time.GetElapsedTime(exchange.Started);
        var left = hold < retries.Left(exchange) ? hold : retries.Left(exchange);
        var size = room.SizeOf(exchange.Http.Request);
        if (!room.TryEnter(tenantId, size))
        {
            return decisions.TooMany();
        }

        var waited = time.GetTimestamp();
        try
        {
            var outcome = await activator.WaitAsync(tenantId, principalId, left > TimeSpan.Zero ? left : TimeSpan.Zero, exchange.Http.RequestAborted);
            return outcome == ActivationOutcome.Ready ? null : decisions.Explain(tenantId, outcome);
        }
        finally
        {
            room.Leave(tenantId, size);
            metrics.Held(time.GetElapsedTime(waited));
        }
    }

    private async Task<GatewayProblem?> ShowWaitingPageAsync(Exchange exchange, string principalId)
    {
        activator.Nudge(exchange.Route.TenantId, principalId, options.Value.HoldTimeout);
        if (!registry.TryGetById(exchange.Route.TenantId, out var route))
        {
            return GatewayProblems.TenantNotFound;
        }

        metrics.Refused("waiting_page");
        var (failed, outlook) = (route.State == RouteState.Failed, activator.GetOutlook(route.TenantId));
        var context = new WaitingPageContext
        {
            TenantName = route.TenantName,
            Failed = failed,
            Progress = progress.Describe(route, outlook),
            QueuePosition = outlook.Position,
            ExpectedWait = outlook.Left,
            EventsPath = exchange.Prefix + WaitEvents.Path,
            RetryAfterSeconds = failed ? 15 : 3,
        };
        ProblemWriter.Prepare(exchange.Http.Response, new GatewayProblem(503, string.Empty, string.Empty) { RetryAfterSeconds = context.RetryAfterSeconds });
        await page.WriteAsync(exchange.Http, context);
        return null;
    }

    private bool IsWaitable(string tenantId) =>
        registry.TryGetById(tenantId, out var route) && route.State switch
        {
            RouteState.Active or RouteState.Failed => true,
            RouteState.Asleep => route.WakeOnRequest,
            _ => false,
        };

    private GatewayProblem? Explain(Exchange exchange, ForwardResult result) => result switch
    {
        // Nothing of it ever reached an app, and the time is over: the client may send it again.
        ForwardResult.NotConnected when !exchange.Repeated => decisions.Explain(exchange.Route.TenantId, ActivationOutcome.TimedOut),
        ForwardResult.TimedOut => GatewayProblems.UpstreamTimeout,
        ForwardResult.ClientFault => exchange.Http.Response.StatusCode == StatusCodes.Status413PayloadTooLarge
            ? GatewayProblems.BodyTooLarge with { CloseConnection = true }
            : new GatewayProblem(exchange.Http.Response.StatusCode is >= 400 and < 500 ? exchange.Http.Response.StatusCode : 400, "bad_request_body", "The request body could not be read to its end.") { CloseConnection = true },
        _ => GatewayProblems.UpstreamFailed,
    };
}
