using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using TenantKit.Gateway.Edge;
using TenantKit.Templates;

namespace TenantKit.Gateway.Forwarding;

/// <summary>What is different for a gRPC call: its streams may be silent in either direction for as long as the client likes.</summary>
internal static class GrpcCall
{
    /// <summary>Prepares a call that may enter its tenant, or says why it cannot be made. Other requests are left alone.</summary>
    public static GatewayProblem? Begin(Exchange exchange)
    {
        exchange.IsGrpc = GrpcRequest.Is(exchange.Http.Request);
        if (!exchange.IsGrpc)
        {
            return null;
        }

        if (exchange.Route.Http.Protocol != AppProtocol.Http2)
        {
            return GatewayProblems.GrpcNotSpoken;
        }

        if (exchange.Http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }

        return null;
    }
}
