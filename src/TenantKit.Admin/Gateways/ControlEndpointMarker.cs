namespace TenantKit.Admin.Gateways;

/// <summary>Marks the endpoints for gateways.</summary>
internal sealed class ControlEndpointMarker
{
    public static readonly ControlEndpointMarker Instance = new();
}
