using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace TenantKit.Storage.EntityFrameworkCore.Model;

internal sealed class IdempotencyRecordConfiguration : IEntityTypeConfiguration<IdempotencyRecord>
{
    public void Configure(EntityTypeBuilder<IdempotencyRecord> builder)
    {
        builder.ToTable("IdempotencyRecords").HasKey(record => record.Key);
        builder.Property(record => record.Key).HasMaxLength(Lengths.Hash);
        builder.Property(record => record.RequestHash).HasMaxLength(Lengths.Hash);
        builder.HasIndex(record => record.CreatedAt);
    }
}
