namespace TenantKit.Orchestration;

/// <summary>What a unit uses.</summary>
/// <param name="Instances">Per instance.</param>
/// <param name="StorageBytes">Bytes of its data.</param>
public sealed record UnitUsage(IReadOnlyList<InstanceUsage> Instances, long StorageBytes);
