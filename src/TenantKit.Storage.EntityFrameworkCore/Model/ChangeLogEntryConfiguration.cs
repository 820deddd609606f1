using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace TenantKit.Storage.EntityFrameworkCore.Model;

internal sealed class ChangeLogEntryConfiguration : IEntityTypeConfiguration<ChangeLogEntry>
{
    public void Configure(EntityTypeBuilder<ChangeLogEntry> builder)
    {
        builder.ToTable("ChangeLog").HasKey(entry => new { entry.Revision, entry.TenantId });
        builder.Property(entry => entry.Revision).ValueGeneratedNever();
        builder.Property(entry => entry.TenantId).HasMaxLength(Lengths.Id);
    }
}
