using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TenantKit.Agent;
using TenantKit.Agent.Proof;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Puts the TenantKit agent into a tenant's app.</summary>
public static class TenantAgentApplicationExtensions
{
    /// <summary>As on the services, and lets the app listen on <c>PORT</c> when no address was configured: on every interface in a container, else on 127.0.0.1.</summary>
    /// <param name="builder">The app's builder.</param>
    /// <param name="configure">Changes options after the environment was read; null for none.</param>
    /// <returns>The builder.</returns>
    public static WebApplicationBuilder AddTenantAgent(this WebApplicationBuilder builder, Action<TenantAgentOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddTenantAgent(configure);
        if (builder.Configuration[AgentProtocol.PortVariable] is { Length: > 0 } port && string.IsNullOrEmpty(builder.Configuration["urls"]))
        {
            var address = builder.Configuration.GetValue<bool>("DOTNET_RUNNING_IN_CONTAINER") ? "*" : "127.0.0.1";
            builder.WebHost.UseUrls($"http://{address}:{port}");
        }

        return builder;
    }

    /// <summary>Maps <c>/healthz/live</c>, <c>/healthz/ready</c> and the identity proof, all anonymous.</summary>
    /// <param name="app">The app.</param>
    /// <returns>The app.</returns>
    public static WebApplication MapTenantAgent(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.MapHealthChecks("/healthz/live", new HealthCheckOptions { Predicate = static _ => false }).AllowAnonymous();
        app.MapHealthChecks("/healthz/ready").AllowAnonymous();
        var proof = app.Services.GetRequiredService<IdentityProofEndpoint>();
        app.MapGet(AgentProtocol.IdentityProofPath, (RequestDelegate)proof.HandleAsync).AllowAnonymous();
        return app;
    }
}
