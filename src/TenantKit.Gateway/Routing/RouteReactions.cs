using Microsoft.Extensions.Hosting;
using TenantKit.Gateway.Activation;
using TenantKit.Gateway.Activity;
using TenantKit.Gateway.Health;
using TenantKit.Routing;

namespace TenantKit.Gateway.Routing;

/// <summary>What follows from a changed route, in this order: instances, then those who wait for them, then the report a drain waits for.</summary>
internal sealed class RouteReactions(IRouteRegistry registry, FleetTable fleets, TenantActivator activator, ActivityTracker activity) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        registry.Changed += OnRoute;
        fleets.Changed += activator.Notify;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        registry.Changed -= OnRoute;
        fleets.Changed -= activator.Notify;
        return Task.CompletedTask;
    }

    private void OnRoute(Route route)
    {
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
}
