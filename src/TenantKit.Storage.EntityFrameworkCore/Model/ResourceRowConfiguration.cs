using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace TenantKit.Storage.EntityFrameworkCore.Model;

internal sealed class ResourceRowConfiguration : IEntityTypeConfiguration<ResourceRow>
{
    public void Configure(EntityTypeBuilder<ResourceRow> builder)
    {
        builder.ToTable("Resources").HasKey(resource => resource.Id);
        builder.Property(resource => resource.Id).HasMaxLength(Lengths.Id);
        builder.Property(resource => resource.Name).HasMaxLength(Lengths.Name);
        builder.Property(resource => resource.Kind).HasMaxLength(Lengths.Code);
        builder.Property(resource => resource.Category).HasMaxLength(Lengths.Name);
        builder.Property(resource => resource.Purpose).HasMaxLength(Lengths.Name);
        builder.Property(resource => resource.Tags).HasJsonConversion();
        builder.Property(resource => resource.Sha256).HasMaxLength(Lengths.Hash);
        builder.HasIndex(resource => resource.Name);
        builder.HasIndex(resource => new { resource.Kind, resource.Id });
        builder.HasIndex(resource => new { resource.Category, resource.Id });
        builder.HasIndex(resource => new { resource.Purpose, resource.Id });
    }
}
