using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.ObjectPool;
using TenantKit.Control;
using TenantKit.Gateway.Access;
using TenantKit.Gateway.Activation;
using TenantKit.Gateway.Activity;
using TenantKit.Gateway.Edge;
using TenantKit.Gateway.Fairness;
using TenantKit.Gateway.Forwarding;
using TenantKit.Gateway.Health;
using TenantKit.Gateway.Registration;
using TenantKit.Gateway.Resolution;
using TenantKit.Gateway.SignIn;
using TenantKit.Gateway.Tls;

namespace TenantKit.Gateway;

/// <summary>The way of a request: edge, own pages, who asks, which tenant, may it, then on to an instance.</summary>
internal sealed class GatewayPipeline(
    TenantHeader tenantHeader, TrustedProxies proxies, StrictEdge edge, HttpsRules https, HostMap hosts, HealthEndpoints health, SignInEndpoints signIn, Authenticator authenticator, TenantResolution resolution,
    AccessGate access, RevocationTable revocations, TenantLimits limits, ActivityTracker activity, WaitEvents waitEvents, TenantDispatcher dispatcher, GatewayStop stop, RefusalPace pace, CrowdWatch crowds, TimeProvider time, GatewayMetrics metrics)
{
    private readonly ObjectPool<Exchange> exchanges = new DefaultObjectPool<Exchange>(new ExchangePolicy(), 1024);

    public async Task HandleAsync(HttpContext http)
    {
        stop.LetGo(http);
        GatewayProblem? problem;
        try
        {
            problem = await AnswerAsync(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return; // The client left; its place in every queue is free again.
        }
        catch (BadHttpRequestException exception) when (!http.Response.HasStarted)
        {
            problem = new GatewayProblem(exception.StatusCode, "bad_request", "The request could not be read.") { CloseConnection = true };
        }

        if (problem is not null)
        {
            await RefuseAsync(http, problem);
        }
    }

    // Apart from the above, so that requests that are forwarded do not keep room for it.
    private async Task RefuseAsync(HttpContext http, GatewayProblem problem)
    {
        metrics.Refused(problem.Code);
        try
        {
            if (problem.Delay > TimeSpan.Zero)
            {
                await Task.Delay(problem.Delay, time, http.RequestAborted);
            }

            await ProblemWriter.WriteAsync(http, problem);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client left.
        }
    }

    // Up to the tenant nothing is waited for in most cases: these methods are not asynchronous ones, which each would be kept and resumed.
    private ValueTask<GatewayProblem?> AnswerAsync(HttpContext http)
    {
        // Tenants are not served where instances register; there is nothing else at such an address.
        var listener = GatewayListener.Of(http);
        if (listener == ListenerKind.Internal)
        {
            return new(GatewayProblems.NotServed);
        }

        if (tenantHeader.Take(http) is { } ambiguous)
        {
            return new(ambiguous);
        }

        proxies.Apply(http);
        if ((edge.Admit(http, out var target) ?? https.Check(http)) is { } refused)
        {
            return new(refused);
        }

        if (!hosts.TryRead(http, out var hostTenant))
        {
            return new(GatewayProblems.TenantNotFound);
        }

        if (listener == ListenerKind.Redirect)
        {
            https.Redirect(http, target);
            return default;
        }

        return SignInEndpoints.Owns(target.Path) || HealthEndpoints.Owns(target.Path) ? AnswerOwnAsync(http, target, hostTenant) : AuthenticateAsync(http, target, hostTenant);
    }

    private async ValueTask<GatewayProblem?> AnswerOwnAsync(HttpContext http, RequestTarget target, string? hostTenant) =>
        await signIn.TryServeAsync(http, target.Path) || (hostTenant is null && HasNoCredentials(http) && await health.TryServeAsync(http, target.Path))
            ? null
            : await AuthenticateAsync(http, target, hostTenant);

    private ValueTask<GatewayProblem?> AuthenticateAsync(HttpContext http, RequestTarget target, string? hostTenant)
    {
        var authentication = authenticator.AuthenticateAsync(http);
        return authentication.IsCompletedSuccessfully ? EnterAsync(http, target, hostTenant, authentication.Result) : EnterAsync(http, target, hostTenant, authentication);
    }

    private async ValueTask<GatewayProblem?> EnterAsync(HttpContext http, RequestTarget target, string? hostTenant, ValueTask<Authentication> authentication) =>
        await EnterAsync(http, target, hostTenant, await authentication);

    private ValueTask<GatewayProblem?> EnterAsync(HttpContext http, RequestTarget target, string? hostTenant, Authentication authentication)
    {
        if (authentication.Problem is { } unchecked_)
        {
            return new(unchecked_);
        }

        var exchange = exchanges.Get();
        exchange.Reset(http, target);
        (exchange.Caller, exchange.ByCookie) = (authentication.Caller, authentication.ByCookie);
        var tenant = resolution.Resolve(exchange, hostTenant);
        if ((IsInternal(exchange.Target.Meaning) ? GatewayProblems.NotServed : access.Enter(exchange, authentication, tenant)) is not { } denied)
        {
            return ServeAsync(exchange, ours: true);
        }

        GiveBack(exchange);
        return new(SendToSignIn(http, target, denied, authentication.ByCookie) ? null : denied);
    }

    private void GiveBack(Exchange exchange)
    {
        exchange.Reset(null!, default);
        exchanges.Return(exchange);
    }

    /// <summary>From access on, once it is known who asks for which tenant.</summary>
    internal async Task<GatewayProblem?> AdmitAsync(Exchange exchange, Authentication authentication, TenantReference? tenant) =>
        access.Enter(exchange, authentication, tenant) is { } denied ? denied : await ServeAsync(exchange, ours: false);

    [AsyncMethodBuilder(typeof(DeepPoolValueTaskMethodBuilder<>))]
    private async ValueTask<GatewayProblem?> ServeAsync(Exchange exchange, bool ours)
    {
        var keepsAwake = exchange.Caller is not null;
        exchange.Started = time.GetTimestamp();
        var counter = activity.Enter(exchange, keepsAwake, exchange.Started);
        try
        {
            if (exchange.Caller is { } caller && revocations.IsRevoked(caller))
            {
                return SendToSignIn(exchange.Http, exchange.Sent, GatewayProblems.SignInEnded, exchange.ByCookie) ? null : GatewayProblems.SignInEnded;
            }

            if (limits.Check(counter) is { } tooMuch)
            {
                return pace.Slow(counter, tooMuch);
            }

            if ((StrictEdge.CheckForApp(exchange) ?? GrpcCall.Begin(exchange)) is { } notForApp)
            {
                return notForApp;
            }

            if (!SignInEndpoints.Owns(exchange.Target.Meaning))
            {
                if (crowds.See(counter, exchange.Started))
                {
                    exchange.Crowd = crowds.Lane;
                    await crowds.Lane.Turn();
                }

                return await dispatcher.DispatchAsync(exchange, counter) is { } problem ? pace.Slow(counter, problem) : null;
            }

            if (exchange.Target.Path != WaitEvents.Path || exchange.Caller is null)
            {
                return GatewayProblems.NotServed;
            }

            await waitEvents.ServeAsync(exchange.Http, exchange.Route.TenantId, exchange.Caller.UserId);
            return null;
        }
        finally
        {
            activity.Leave(counter, exchange, keepsAwake);
            if (ours)
            {
                GiveBack(exchange);
            }
        }
    }

    // A person is sent to the sign-in page; a program gets the 401.
    private static bool SendToSignIn(HttpContext http, RequestTarget target, GatewayProblem denied, bool clearSession)
    {
        if (denied.Status != StatusCodes.Status401Unauthorized || !BrowserNavigation.Is(http.Request))
        {
            return false;
        }

        SignInEndpoints.Redirect(http, target.Path + target.Query, clearSession);
        return true;
    }

    // Between gateway and instance only: through the gateway anybody could have an instance prove what it must prove to the gateway alone.
    private static bool IsInternal(string path) =>
        path.StartsWith("/.well-known/tenantkit/", StringComparison.OrdinalIgnoreCase) || path.StartsWith("/internal/v1/", StringComparison.OrdinalIgnoreCase);

    private static bool HasNoCredentials(HttpContext http) =>
        http.Request.Headers.Authorization.Count == 0 && !SessionCookie.TryRead(http.Request, out _, out var present) && !present;

    private sealed class ExchangePolicy : IPooledObjectPolicy<Exchange>
    {
        public Exchange Create() => new(null!, default);

        public bool Return(Exchange exchange) => true;
    }
}
