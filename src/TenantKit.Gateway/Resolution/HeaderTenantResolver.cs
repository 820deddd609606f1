using Microsoft.Extensions.Options;
using TenantKit.Gateway.Edge;

namespace TenantKit.Gateway.Resolution;

/// <summary>What a trusted proxy says in the header that is configured.</summary>
internal sealed class HeaderTenantResolver(IOptions<TenantGatewayOptions> options) : ITenantResolver
{
    private readonly bool isUsed = options.Value.TenantHeader is not null;

    public TenantReference? Resolve(in TenantResolutionRequest request) =>
        isUsed && TenantHeader.Of(request.HttpContext) is { } name ? TenantReference.ByName(name) : null;
}
