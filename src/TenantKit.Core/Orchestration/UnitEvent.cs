namespace TenantKit.Orchestration;

/// <summary>Something changed in a unit: observe it.</summary>
/// <param name="TenantId">The tenant.</param>
public sealed record UnitEvent(string TenantId);
