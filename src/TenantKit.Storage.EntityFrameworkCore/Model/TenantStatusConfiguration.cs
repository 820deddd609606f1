using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TenantKit.Tenants;

namespace TenantKit.Storage.EntityFrameworkCore.Model;

internal sealed class TenantStatusConfiguration : IEntityTypeConfiguration<TenantStatus>
{
    public void Configure(EntityTypeBuilder<TenantStatus> builder)
    {
        builder.ToTable("TenantStatuses").HasKey(status => status.TenantId);
        builder.Property(status => status.TenantId).HasMaxLength(Lengths.Id);
        builder.Property(status => status.Reason).HasMaxLength(Lengths.Code);
        builder.HasIndex(status => new { status.Phase, status.TenantId });
    }
}
