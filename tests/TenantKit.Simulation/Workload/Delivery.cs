using TenantKit.Simulation.Parts;

namespace TenantKit.Simulation.Workload;

/// <summary>A request on its way from a gateway to an app.</summary>
/// <param name="Number">Which delivery.</param>
/// <param name="Request">The request.</param>
/// <param name="Gateway">From where.</param>
/// <param name="Life">Which life of the gateway.</param>
/// <param name="Since">When it left the gateway.</param>
internal sealed record Delivery(long Number, SimulatedRequest Request, GatewayPart Gateway, int Life, TimeSpan Since);
