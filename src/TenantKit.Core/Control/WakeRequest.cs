namespace TenantKit.Control;

/// <summary>Whom to wake, and on whose behalf.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="PrincipalId">The authenticated user whose request needs it.</param>
/// <param name="GatewayId">The gateway that asks.</param>
public sealed record WakeRequest(string TenantId, string PrincipalId, string GatewayId);
