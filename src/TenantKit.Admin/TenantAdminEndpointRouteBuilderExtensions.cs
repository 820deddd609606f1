using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Scalar.AspNetCore;
using TenantKit.Admin.Audit;
using TenantKit.Admin.Containers;
using TenantKit.Admin.Http;
using TenantKit.Admin.Operations;
using TenantKit.Admin.SignIn;
using TenantKit.Admin.Templates;
using TenantKit.Admin.Tenants;
using TenantKit.Admin.Users;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the Admin API.</summary>
public static class TenantAdminEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps the Admin API, sign-in, <c>/openapi/v1.json</c>, the reference page <c>/docs</c> and <c>/healthz</c>. The host needs
    /// authentication and authorization middleware, which a <see cref="WebApplication"/> adds by itself.
    /// </summary>
    /// <param name="endpoints">The host's endpoints.</param>
    /// <returns>All endpoints together, for instance to hold them to one port with <c>RequireHost("*:5080")</c>.</returns>
    /// <exception cref="InvalidOperationException"><c>AddTenantAdmin()</c> was not called.</exception>
    public static RouteGroupBuilder MapTenantAdmin(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        if (endpoints.ServiceProvider.GetService<AccessTokenKey>() is null)
        {
            throw new InvalidOperationException("The Admin API is not registered. Call AddTenantKit().AddTenantAdmin() on the host's services first.");
        }

        var all = endpoints.MapGroup("");
        all.AddEndpointFilter(new AdminEndpointFilter(endpoints.ServiceProvider.GetRequiredService<ILoggerFactory>().CreateLogger<AdminEndpointFilter>()));
        var api = all.MapGroup("").WithMetadata(new AdminEndpointMarker());
        AuthEndpoints.Map(api);
        UserEndpoints.Map(api);
        ContainerEndpoints.Map(api);
        TemplateEndpoints.Map(api);
        TenantEndpoints.Map(api);
        OperationEndpoints.Map(api);
        AuditEndpoints.Map(api);
        HealthEndpoints.Map(api);
        all.MapOpenApi().AllowAnonymous();
        all.MapScalarApiReference("/docs", static options => options.WithTitle("TenantKit Admin API").DisableDefaultFonts()).AllowAnonymous();
        all.Map("/{**path}", static (HttpContext context, UnknownPath unknown) => unknown.Handle(context))
            .WithMetadata(new AdminEndpointMarker(IsFallback: true)).ExcludeFromDescription().AllowAnonymous().WithOrder(int.MaxValue);
        ((IEndpointConventionBuilder)all).Finally(DenyUnlessPermitted);
        return all;
    }

    /// <summary>An endpoint that names neither a permission nor that it is open to all lets nobody in.</summary>
    private static void DenyUnlessPermitted(EndpointBuilder endpoint)
    {
        if (!endpoint.Metadata.Any(static item => item is IAuthorizeData or IAllowAnonymous))
        {
            endpoint.Metadata.Add(new AuthorizeAttribute(AdminPolicies.Deny));
        }
    }
}
