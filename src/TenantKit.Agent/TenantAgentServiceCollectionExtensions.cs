using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using TenantKit.Agent;
using TenantKit.Agent.Caller;
using TenantKit.Agent.Context;
using TenantKit.Agent.Forwarded;
using TenantKit.Agent.Health;
using TenantKit.Agent.Proof;
using TenantKit.Agent.Registration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the TenantKit agent to a tenant's app.</summary>
public static class TenantAgentServiceCollectionExtensions
{
    /// <summary>Adds registration, health, the identity proof, <see cref="ITenantContext"/>, and the caller as the default authentication scheme. Safe to call again.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configure">Changes options after the environment was read; null for none.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddTenantAgent(this IServiceCollection services, Action<TenantAgentOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<TenantAgentOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<TenantAgentOptions>, ConfigureTenantAgentOptions>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TenantAgentOptions>, TenantAgentOptionsValidator>());
        if (configure is not null)
        {
            services.PostConfigure(configure);
        }

        if (services.Any(service => service.ServiceType == typeof(ITenantContext)))
        {
            return services;
        }

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ITenantContext, TenantContext>();
        services.TryAddSingleton<AgentHttpClient>(static _ => new AgentHttpClient());
        services.AddCaller();
        services.TryAddSingleton<InstanceKey>();
        services.TryAddSingleton<IdentityProofEndpoint>();
        services.AddHealthChecks().AddCheck<StartedHealthCheck>("started");
        services.TryAddSingleton<RegistrationClient>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, RegistrationWorker>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupFilter, ForwardedStartupFilter>());
        return services;
    }

    private static void AddCaller(this IServiceCollection services)
    {
        services.TryAddSingleton<IdentityKeys>();
        services.TryAddSingleton<IdentityCache>();
        services.TryAddSingleton<IdentityVerifier>();
        services.AddHttpContextAccessor();
        services.TryAddSingleton<ICallerContext, CallerContext>();
        services.TryAddTransient<TenantKitAuthenticationHandler>();
        services.AddAuthenticationCore(static options =>
        {
            options.DefaultScheme = TenantKitAuthenticationDefaults.AuthenticationScheme;
            options.AddScheme<TenantKitAuthenticationHandler>(TenantKitAuthenticationDefaults.AuthenticationScheme, "TenantKit");
        });
        services.AddAuthorization();
    }
}
