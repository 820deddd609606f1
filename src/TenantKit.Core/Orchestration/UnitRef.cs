namespace TenantKit.Orchestration;

/// <summary>Names a unit.</summary>
/// <param name="TenantId">The tenant it belongs to; proves ownership of what is found under the name.</param>
/// <param name="Name">Its deterministic external name.</param>
public sealed record UnitRef(string TenantId, string Name);
