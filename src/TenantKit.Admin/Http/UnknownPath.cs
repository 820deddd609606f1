using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;

namespace TenantKit.Admin.Http;

/// <summary>Answers what no endpoint answers: 405 with <c>Allow</c> when only the method is wrong, else 404.</summary>
internal sealed class UnknownPath(EndpointDataSource endpoints)
{
    public IResult Handle(HttpContext context)
    {
        var methods = endpoints.Endpoints
            .OfType<RouteEndpoint>()
            .Where(static endpoint => endpoint.Metadata.GetMetadata<AdminEndpointMarker>() is { IsFallback: false })
            .Where(endpoint => Matches(endpoint, context.Request.Path))
            .SelectMany(static endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [])
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .ToArray();
        if (methods.Length == 0)
        {
            throw ApiException.NotFound("not_found", "There is nothing at this path. See /docs for what there is.");
        }

        context.Response.Headers.Allow = string.Join(", ", methods);
        throw new ApiException(405, "method_not_allowed", $"This path knows {string.Join(", ", methods)} only.");
    }

    private static bool Matches(RouteEndpoint endpoint, PathString path) =>
        new TemplateMatcher(new RouteTemplate(endpoint.RoutePattern), []).TryMatch(path, []);
}
