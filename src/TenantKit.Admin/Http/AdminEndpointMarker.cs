namespace TenantKit.Admin.Http;

/// <summary>Marks the endpoints of the Admin API among the others of the host.</summary>
/// <param name="IsFallback">True for the one that answers unknown paths.</param>
internal sealed record AdminEndpointMarker(bool IsFallback = false);
