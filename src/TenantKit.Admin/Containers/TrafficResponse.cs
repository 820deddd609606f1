using TenantKit.Activity;

namespace TenantKit.Admin.Containers;

/// <summary>A tenant's traffic at all gateways in touch.</summary>
internal sealed record TrafficResponse(int InFlight, int Forwarding, double AverageInFlight, IReadOnlyList<GatewayResponse> Gateways)
{
    public static TrafficResponse Of(IReadOnlyList<GatewayTraffic> gateways) => new(
        gateways.Sum(static gateway => gateway.InFlight),
        gateways.Sum(static gateway => gateway.Forwarding),
        Math.Round(gateways.Sum(static gateway => gateway.AverageInFlight), 3),
        [.. gateways.Select(GatewayResponse.Of)]);
}
