using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using TenantKit.Admin.Gateways;
using TenantKit.Control.Remote;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps what gateways on other hosts call.</summary>
public static class TenantControlExtensions
{
    /// <summary>
    /// Maps the route feed and the control calls. They exist only on the listener that <c>UseTenantControlKestrel()</c> opens, and only for callers
    /// with the gateway token.
    /// </summary>
    /// <param name="endpoints">The host's endpoints.</param>
    /// <returns>The endpoints together.</returns>
    /// <exception cref="InvalidOperationException"><c>AddTenantControl()</c> was not called.</exception>
    public static IEndpointConventionBuilder MapTenantControl(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var services = endpoints.ServiceProvider;
        if (services.GetService<IServiceProviderIsService>()?.IsService(typeof(GatewayGuard)) != true)
        {
            throw new InvalidOperationException("Remote gateways are not enabled. Call AddTenantKit().AddTenantControl() on the host's services first.");
        }

        var guard = services.GetRequiredService<GatewayGuard>();
        var calls = services.GetRequiredService<ControlCalls>();
        var group = endpoints.MapGroup("").WithMetadata(ControlEndpointMarker.Instance, new AllowAnonymousAttribute());
        group.MapGet(GatewayProtocol.RoutesPath, guard.Wrap(services.GetRequiredService<RouteStream>().ServeAsync));
        group.MapPost(GatewayProtocol.WakePath, guard.Wrap(calls.WakeAsync));
        group.MapPost(GatewayProtocol.ActivityPath, guard.Wrap(calls.ReportActivityAsync));
        group.MapPost(GatewayProtocol.RegisterPath, guard.Wrap(calls.RegisterAsync));
        group.MapGet(GatewayProtocol.AccessTokenKeysPath, guard.Wrap(calls.AccessTokenKeysAsync));
        group.MapPost(GatewayProtocol.SignInPath, guard.Wrap(calls.SignInAsync));
        return group;
    }
}
