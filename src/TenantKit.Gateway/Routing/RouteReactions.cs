using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TenantKit.Gateway.Access;
using TenantKit.Gateway.Activation;
using TenantKit.Gateway.Activity;
using TenantKit.Gateway.Health;
using TenantKit.Routing;

namespace TenantKit.Gateway.Routing;

/// <summary>
/// What follows from a changed route, in this order: who may no longer be there, instances, then those who wait for them, then the report a drain
/// waits for. And what follows from a revocation.
/// </summary>
internal sealed partial class RouteReactions(
    IRouteRegistry registry, RevocationTable revocations, FleetTable fleets, TenantActivator activator, ActivityTracker activity, GatewayMetrics metrics,
    ILogger<RouteReactions> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        registry.Changed += OnRoute;
        revocations.Revoked += OnRevoked;
        fleets.Changed += activator.Notify;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        registry.Changed -= OnRoute;
        revocations.Revoked -= OnRevoked;
        fleets.Changed -= activator.Notify;
        return Task.CompletedTask;
    }

    private void OnRoute(Route route)
    {
        if ((route.State is RouteState.Suspended or RouteState.Gone) && activity.CutTenant(route.TenantId) is > 0 and var count)
        {
            metrics.Cut(count, route.State == RouteState.Suspended ? "tenant_suspended" : "tenant_deleted");
            LogTenantCut(count, route.TenantId, route.State);
        }

        fleets.Follow(route);
        activator.Notify(route.TenantId);
        if (route.State != RouteState.Active || route.Instances.Any(static instance => instance.Draining))
        {
            activity.DrainBegan(route.TenantId);
        }
        else
        {
            activity.DrainEnded(route.TenantId);
        }
    }

    private void OnRevoked()
    {
        if (activity.CutCallers(revocations.IsRevoked) is > 0 and var count)
        {
            metrics.Cut(count, "user_revoked");
            LogCallersCut(count);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "{Count} open requests and streams of tenant {TenantId} were cut off: it is {State}.")]
    private partial void LogTenantCut(int count, string tenantId, RouteState state);

    [LoggerMessage(2, LogLevel.Information, "{Count} open requests and streams were cut off: their users' sign-ins have ended.")]
    private partial void LogCallersCut(int count);
}
