namespace TenantKit.Orchestration;

/// <summary>What an instance uses.</summary>
/// <param name="InstanceId">The instance.</param>
/// <param name="CpuMillicores">CPU since the reading before, in thousandths of a core; 0 at the first reading.</param>
/// <param name="MemoryBytes">Resident memory in bytes.</param>
public sealed record InstanceUsage(string InstanceId, int CpuMillicores, long MemoryBytes);
