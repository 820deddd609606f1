namespace TenantKit.Control;

/// <summary>What an instance says of itself: a heartbeat and a readiness claim. The address comes from the orchestrator.</summary>
/// <param name="TenantId">The tenant it says it serves.</param>
/// <param name="InstanceId">The instance it says it is.</param>
/// <param name="Token">Its token: lower-case hexadecimal of the instance's key.</param>
/// <param name="Claim">What it says.</param>
/// <param name="Port">The port it listens on; must be the orchestrator's.</param>
/// <param name="HealthPath">Its health path; must begin with one slash.</param>
/// <param name="RemoteAddress">The address the call came from; null when unknown.</param>
public sealed record InstanceRegistration(
    string TenantId,
    string InstanceId,
    string Token,
    Tenants.InstanceClaim Claim,
    int Port,
    string HealthPath,
    string? RemoteAddress)
{
    /// <inheritdoc/>
    public override string ToString() => $"{InstanceId} of {TenantId}: {Claim}";
}
