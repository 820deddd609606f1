using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace TenantKit.Storage.EntityFrameworkCore.Model;

internal sealed class LeaseConfiguration : IEntityTypeConfiguration<Lease>
{
    public void Configure(EntityTypeBuilder<Lease> builder)
    {
        builder.ToTable("Leases").HasKey(lease => lease.Name);
        builder.Property(lease => lease.Name).HasMaxLength(Lengths.Lease);
        builder.Property(lease => lease.Holder).HasMaxLength(Lengths.Lease);
    }
}
