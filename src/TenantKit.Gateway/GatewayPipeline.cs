using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.ObjectPool;
using TenantKit.Control;
using TenantKit.Gateway.Access;
using TenantKit.Gateway.Activation;
using TenantKit.Gateway.Activity;
using TenantKit.Gateway.Edge;
using TenantKit.Gateway.Forwarding;
using TenantKit.Gateway.Health;
using TenantKit.Gateway.Registration;
using TenantKit.Gateway.Resolution;
using TenantKit.Gateway.SignIn;
using TenantKit.Gateway.Tls;

namespace TenantKit.Gateway;

/// <summary>The way of a request: edge, own pages, who asks, which tenant, may it, then on to an instance.</summary>
internal sealed class GatewayPipeline(
    StrictEdge edge, HttpsRules https, HostMap hosts, HealthEndpoints health, SignInEndpoints signIn, Authenticator authenticator, TenantResolution resolution,
    AccessGate access, RevocationTable revocations, TenantLimits limits, ActivityTracker activity, WaitEvents waitEvents, TenantDispatcher dispatcher, GatewayStop stop, GatewayMetrics metrics)
{
    private readonly ObjectPool<Exchange> exchanges = new DefaultObjectPool<Exchange>(new ExchangePolicy(), 1024);

    public async Task HandleAsync(HttpContext http)
    {
        stop.LetGo(http);
        try
        {
            if (await AnswerAsync(http) is { } problem)
            {
                metrics.Refused(problem.Code);
                await ProblemWriter.WriteAsync(http, problem);
            }
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client left; its place in every queue is free again.
        }
        catch (BadHttpRequestException exception) when (!http.Response.HasStarted)
        {
            await ProblemWriter.WriteAsync(http, new GatewayProblem(exception.StatusCode, "bad_request", "The request could not be read.") { CloseConnection = true });
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<GatewayProblem?> AnswerAsync(HttpContext http)
    {
        // Tenants are not served where instances register; there is nothing else at such an address.
        if (InternalListener.Carries(http))
        {
            return GatewayProblems.NotServed;
        }

        if (edge.Admit(http, out var target) is { } refused)
        {
            return refused;
        }

        if (https.Check(http) is { } misdirected)
        {
            return misdirected;
        }

        if (!hosts.TryRead(http, out var hostTenant))
        {
            return GatewayProblems.TenantNotFound;
        }

        if (RedirectListener.Carries(http))
        {
            https.Redirect(http, target);
            return null;
        }

        if (await signIn.TryServeAsync(http, target.Path) || (hostTenant is null && HasNoCredentials(http) && await health.TryServeAsync(http, target.Path)))
        {
            return null;
        }

        var authentication = await authenticator.AuthenticateAsync(http);
        if (authentication.Problem is { } unchecked_)
        {
            return unchecked_;
        }

        var exchange = exchanges.Get();
        try
        {
            exchange.Reset(http, target);
            exchange.Caller = authentication.Caller;
            var denied = await EnterAsync(exchange, authentication, hostTenant);
            return denied is not null && SendToSignIn(http, target, denied, authentication.ByCookie) ? null : denied;
        }
        finally
        {
            exchange.Reset(null!, default);
            exchanges.Return(exchange);
        }
    }

    private ValueTask<GatewayProblem?> EnterAsync(Exchange exchange, Authentication authentication, string? hostTenant)
    {
        var tenant = resolution.Resolve(exchange, hostTenant);
        return IsInternal(exchange.Target.Meaning) ? new(GatewayProblems.NotServed)
            : access.Enter(exchange, authentication, tenant) is { } denied ? new(denied)
            : ServeAsync(exchange);
    }

    /// <summary>From access on, once it is known who asks for which tenant.</summary>
    internal async Task<GatewayProblem?> AdmitAsync(Exchange exchange, Authentication authentication, TenantReference? tenant) =>
        access.Enter(exchange, authentication, tenant) is { } denied ? denied : await ServeAsync(exchange);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<GatewayProblem?> ServeAsync(Exchange exchange)
    {
        var keepsAwake = exchange.Caller is not null;
        var counter = activity.Enter(exchange.Route.TenantId, keepsAwake);
        activity.Open(counter, exchange);
        try
        {
            if (exchange.Caller is { } caller && revocations.IsRevoked(caller))
            {
                return GatewayProblems.SignInEnded;
            }

            if (limits.Check(counter) is { } tooMuch)
            {
                return tooMuch;
            }

            if ((StrictEdge.CheckForApp(exchange) ?? GrpcCall.Begin(exchange)) is { } notForApp)
            {
                return notForApp;
            }

            if (!SignInEndpoints.Owns(exchange.Target.Meaning))
            {
                return await dispatcher.DispatchAsync(exchange, counter);
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
            activity.Close(counter, exchange);
            activity.Leave(counter, keepsAwake);
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
