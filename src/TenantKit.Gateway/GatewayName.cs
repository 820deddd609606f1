using Microsoft.Extensions.Options;
using TenantKit.Diagnostics;

namespace TenantKit.Gateway;

/// <summary>What this gateway calls itself towards the control plane.</summary>
internal sealed class GatewayName(IOptions<TenantGatewayOptions> options, IIdSource ids)
{
    public string Value { get; } = options.Value.GatewayId ?? ids.NewId();
}
