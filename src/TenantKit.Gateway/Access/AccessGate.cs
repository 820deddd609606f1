using Microsoft.AspNetCore.Http;
using TenantKit.Gateway.Edge;
using TenantKit.Gateway.Resolution;
using TenantKit.Gateway.Routing;
using TenantKit.Routing;

namespace TenantKit.Gateway.Access;

/// <summary>Decides whether a request may enter the tenant it names, before anything is spent on it.</summary>
/// <remarks>
/// (1) Nobody in particular gets in at anonymous paths only, and learns nothing about which tenants exist elsewhere.
/// (2) A table that is empty, or old because it comes from a snapshot or because the feed is broken, cannot tell an unknown tenant from a new one: 503, not 404.
/// (3) An unknown or deleted tenant is 404, somebody else's is 403, an own one that is locked is 403 with another code.
/// </remarks>
internal sealed class AccessGate(IRouteRegistry registry, FeedStatus feed)
{
    /// <summary>Lets a request in by setting its route, or says why not.</summary>
    public GatewayProblem? Enter(Exchange exchange, Authentication authentication, TenantReference? tenant)
    {
        var found = TryFind(tenant, authentication.Caller?.Lately?.Route, out var route);
        if (authentication.Caller is not { } caller)
        {
            return EnterAnonymously(exchange, authentication, tenant, route);
        }

        if (authentication.ByCookie && IsUnsafe(exchange.Http.Request.Method) && !SameOrigin.IsProven(exchange.Http.Request))
        {
            return GatewayProblems.CrossSite;
        }

        if (!found)
        {
            if (!registry.IsSynced || (tenant is not null && feed.IsBroken))
            {
                return GatewayProblems.NotSynced;
            }

            return tenant is null
                ? GatewayProblems.TenantNotFound with { Detail = "Your sign-in belongs to no tenant. Name one in the address: /t/{name}/." }
                : GatewayProblems.TenantNotFound;
        }

        if (!caller.MayEnter(route!.TenantId))
        {
            return GatewayProblems.NotYourTenant;
        }

        exchange.Route = route;
        return route.State == RouteState.Suspended ? GatewayProblems.TenantSuspended : null;
    }

    private GatewayProblem? EnterAnonymously(Exchange exchange, Authentication authentication, TenantReference? tenant, Route? route)
    {
        if (route is not null && route.State != RouteState.Suspended && AnonymousPath.Matches(route.AnonymousPaths, exchange.Target.Path))
        {
            exchange.Route = route;
            return null;
        }

        return tenant is not null && !registry.IsSynced && registry.Count == 0 ? GatewayProblems.NotSynced : SignInNeeded(authentication);
    }

    private static GatewayProblem SignInNeeded(Authentication authentication) => authentication.Presented
        ? GatewayProblems.SignInEnded
        : new(401, "sign_in_required", "Sign-in is required.", "Send an access token of the admin API: Authorization: Bearer {token}.") { Header = new("WWW-Authenticate", "Bearer") };

    private bool TryFind(TenantReference? tenant, Route? lately, out Route? route)
    {
        if (lately is not null && tenant is not null && Names(tenant, lately) && registry.IsCurrent(lately))
        {
            route = lately;
            return true;
        }

        route = null;
        var found = tenant switch
        {
            { TenantId: { } id } => registry.TryGetById(id, out route),
            { TenantName: { } name } => registry.TryGetByName(name, out route),
            _ => false,
        };
        return found && route!.State != RouteState.Gone;
    }

    private static bool Names(TenantReference tenant, Route route) => tenant.TenantId is { } id
        ? string.Equals(id, route.TenantId, StringComparison.Ordinal)
        : string.Equals(tenant.TenantName, route.TenantName, StringComparison.Ordinal);

    private static bool IsUnsafe(string method) => !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method) && !HttpMethods.IsOptions(method);
}
