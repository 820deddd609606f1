namespace TenantKit.Management;

/// <summary>A new size for a tenant. Members that are null stay as they are.</summary>
public sealed record TenantResize
{
    /// <summary>CPU in thousandths of a core.</summary>
    public int? CpuMillicores { get; init; }

    /// <summary>Memory in bytes.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Storage in bytes; may not shrink.</summary>
    public long? StorageBytes { get; init; }

    /// <summary>Number of instances, within the template's bounds.</summary>
    public int? Replicas { get; init; }
}
