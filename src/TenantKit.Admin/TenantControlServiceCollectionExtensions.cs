using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using TenantKit;
using TenantKit.Admin.Gateways;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Lets gateways on other hosts in.</summary>
public static class TenantControlServiceCollectionExtensions
{
    /// <summary>
    /// Adds the listener for gateways on other hosts. The host does not start without a secret to know them by: <c>TenantKit:Control:KeyDirectory</c>,
    /// or <c>TenantKit:Control:TokenFile</c>. A <see cref="TenantKitOptions.GatewayGrace"/> of zero becomes <see cref="TenantKitOptions.GatewayLease"/>.
    /// Safe to call again.
    /// </summary>
    /// <param name="builder">The builder of <c>AddTenantKit()</c>.</param>
    /// <returns>The builder.</returns>
    public static ITenantKitBuilder AddTenantControl(this ITenantKitBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddOptions<TenantControlOptions>().BindConfiguration(TenantControlOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TenantControlOptions>, TenantControlOptionsValidator>());
        services.AddOptions<TenantKitOptions>().PostConfigure(static kit => kit.GatewayGrace = kit.GatewayGrace == TimeSpan.Zero ? kit.GatewayLease : kit.GatewayGrace);
        services.AddRouting();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<MatcherPolicy, ControlMatcherPolicy>());
        services.TryAddSingleton<GatewayGuard>();
        services.TryAddSingleton<ControlCalls>();
        services.TryAddSingleton<RouteStream>();
        return builder;
    }
}
