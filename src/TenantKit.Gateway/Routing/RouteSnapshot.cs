using TenantKit.Control;
using TenantKit.Routing;

namespace TenantKit.Gateway.Routing;

/// <summary>What a gateway needs to serve while the control plane is away.</summary>
/// <param name="Table">The routes.</param>
/// <param name="Keys">The public keys of access tokens; null when they are not known.</param>
/// <param name="WrittenAt">When it was written (UTC).</param>
internal sealed record RouteSnapshot(RouteList Table, AccessTokenKeys? Keys, DateTimeOffset WrittenAt);
