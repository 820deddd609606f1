using Microsoft.AspNetCore.Http;
using TenantKit.Gateway.Edge;

namespace TenantKit.Gateway.Resolution;

/// <summary>Asks the resolvers in their order.</summary>
internal sealed class TenantResolution(IEnumerable<ITenantResolver> resolvers)
{
    private readonly ITenantResolver[] resolvers = [.. resolvers];

    /// <summary>The tenant a request names, or null.</summary>
    public TenantReference? Resolve(Exchange exchange, string? hostTenant)
    {
        var request = new TenantResolutionRequest(
            exchange.Http, exchange.Target.Path, hostTenant is null, hostTenant, exchange.Caller?.TenantId);
        foreach (var resolver in resolvers)
        {
            if (resolver.Resolve(request) is { } reference)
            {
                TakeOffPrefix(exchange, reference.PathPrefix);
                return reference;
            }
        }

        return null;
    }

    private static void TakeOffPrefix(Exchange exchange, string prefix)
    {
        if (prefix.Length > 0)
        {
            var path = exchange.Target.Path;
            exchange.Prefix = prefix;
            exchange.Target = exchange.Target with { Path = path.Length <= prefix.Length + 1 ? "/" : path[prefix.Length..] };
        }
    }
}
