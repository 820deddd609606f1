namespace TenantKit.Routing.Probing;

/// <summary>The answer to an identity challenge.</summary>
internal sealed record IdentityProof(string? TenantId, string? InstanceId, string? Proof);
