using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace TenantKit.Storage.EntityFrameworkCore.Model;

internal sealed class StoreRevisionConfiguration : IEntityTypeConfiguration<StoreRevision>
{
    public void Configure(EntityTypeBuilder<StoreRevision> builder)
    {
        builder.ToTable("StoreRevision").HasKey(revision => revision.Id);
        builder.Property(revision => revision.Id).ValueGeneratedNever();
        builder.HasData(new StoreRevision { Id = StoreRevision.OnlyId });
    }
}
