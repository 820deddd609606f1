using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TenantKit.Tenants;

namespace TenantKit.Storage.EntityFrameworkCore.Model;

internal sealed class LedgerEntryConfiguration : IEntityTypeConfiguration<LedgerEntry>
{
    public void Configure(EntityTypeBuilder<LedgerEntry> builder)
    {
        builder.ToTable("Ledger").HasKey(entry => new { entry.TenantId, entry.Kind });
        builder.Property(entry => entry.TenantId).HasMaxLength(Lengths.Id);
        builder.Property(entry => entry.Name).HasMaxLength(Lengths.Name);
    }
}
