using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TenantKit.Tenants;

namespace TenantKit.Storage.EntityFrameworkCore.Model;

/// <summary>A size as three columns of the row that has it.</summary>
internal static class ResourceLimitsColumns
{
    public static void Configure(ComplexPropertyBuilder<ResourceLimits> builder)
    {
        builder.IsRequired();
        builder.Property(limits => limits.CpuMillicores).HasColumnName(nameof(ResourceLimits.CpuMillicores));
        builder.Property(limits => limits.MemoryBytes).HasColumnName(nameof(ResourceLimits.MemoryBytes));
        builder.Property(limits => limits.StorageBytes).HasColumnName(nameof(ResourceLimits.StorageBytes));
    }
}
