namespace TenantKit.Tenants;

/// <summary>The size of a tenant's unit, per instance for CPU and memory and per tenant for storage.</summary>
/// <param name="CpuMillicores">CPU in thousandths of a core; 10 to 256,000.</param>
/// <param name="MemoryBytes">Memory in bytes; 16 MiB to 4 TiB.</param>
/// <param name="StorageBytes">Storage in bytes; 1 MiB to 1 PiB.</param>
public sealed record ResourceLimits(int CpuMillicores, long MemoryBytes, long StorageBytes)
{
    /// <summary>1000m CPU, 2 GiB memory, 10 GiB storage.</summary>
    public static ResourceLimits Default { get; } = new(1000, 2L << 30, 10L << 30);
}
