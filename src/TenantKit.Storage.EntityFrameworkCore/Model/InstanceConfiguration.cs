using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TenantKit.Tenants;

namespace TenantKit.Storage.EntityFrameworkCore.Model;

internal sealed class InstanceConfiguration : IEntityTypeConfiguration<Instance>
{
    public void Configure(EntityTypeBuilder<Instance> builder)
    {
        builder.ToTable("Containers").HasKey(instance => instance.Id);
        builder.Property(instance => instance.Id).HasMaxLength(Lengths.Id);
        builder.Property(instance => instance.TenantId).HasMaxLength(Lengths.Id);
        builder.Property(instance => instance.Endpoint).HasMaxLength(320);
        builder.Property(instance => instance.Reason).HasMaxLength(Lengths.Code);
        builder.HasIndex(instance => instance.TenantId);
    }
}
