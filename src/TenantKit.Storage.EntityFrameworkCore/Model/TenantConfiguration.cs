using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TenantKit.Tenants;

namespace TenantKit.Storage.EntityFrameworkCore.Model;

internal sealed class TenantConfiguration : IEntityTypeConfiguration<Tenant>
{
    public void Configure(EntityTypeBuilder<Tenant> builder)
    {
        builder.ToTable("Tenants").HasKey(tenant => tenant.Id);
        builder.Property(tenant => tenant.Id).HasMaxLength(Lengths.Id);
        builder.Property(tenant => tenant.Name).HasMaxLength(Lengths.Name);
        builder.Property(tenant => tenant.OwnerUserId).HasMaxLength(Lengths.Id);
        builder.Property(tenant => tenant.TemplateName).HasMaxLength(Lengths.Name);
        builder.Property(tenant => tenant.Labels).HasJsonConversion();
        builder.ComplexProperty(tenant => tenant.Resources, ResourceLimitsColumns.Configure);
        builder.Property<string>(NameKey.Column).HasMaxLength(Lengths.Name).IsRequired();
        builder.HasIndex(NameKey.Column).IsUnique();
        builder.HasIndex(tenant => tenant.Name);
        builder.HasIndex(tenant => tenant.OwnerUserId);
    }
}
