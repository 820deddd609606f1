using TenantKit.Activity;

namespace TenantKit.Admin.Containers;

/// <summary>What one gateway reported last.</summary>
internal sealed record GatewayResponse(
    string Id, double ReportedSecondsAgo, long AppliedRevision, int InFlight, int Forwarding, double AverageInFlight, IReadOnlyList<InstanceHealthResponse> Instances)
{
    public static GatewayResponse Of(GatewayTraffic gateway) => new(
        gateway.GatewayId,
        Math.Round(gateway.Age.TotalSeconds, 3),
        gateway.AppliedRevision,
        gateway.InFlight,
        gateway.Forwarding,
        gateway.AverageInFlight,
        [.. gateway.Instances.Select(InstanceHealthResponse.Of)]);
}
