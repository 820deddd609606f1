using TenantKit.Control;

namespace TenantKit.Activity;

/// <summary>A tenant's traffic at one gateway, as that gateway reported it last.</summary>
/// <param name="GatewayId">The gateway.</param>
/// <param name="Age">How long ago the report came.</param>
/// <param name="AppliedRevision">The newest route revision that it had applied.</param>
/// <param name="InFlight">Requests and streams in flight, waiting ones included.</param>
/// <param name="Forwarding">Of those, the ones at an instance.</param>
/// <param name="AverageInFlight">The mean of <paramref name="InFlight"/> over the time that the report covers.</param>
/// <param name="Instances">The tenant's instances that it had something to tell of.</param>
public sealed record GatewayTraffic(
    string GatewayId, TimeSpan Age, long AppliedRevision, int InFlight, int Forwarding, double AverageInFlight, IReadOnlyList<InstanceActivity> Instances);
