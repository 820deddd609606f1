using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TenantKit.Audit;

namespace TenantKit.Storage.EntityFrameworkCore.Model;

internal sealed class AuditEntryConfiguration : IEntityTypeConfiguration<AuditEntry>
{
    /// <summary>The order of the log, given by the database as rows are written.</summary>
    public const string Sequence = "Sequence";

    public void Configure(EntityTypeBuilder<AuditEntry> builder)
    {
        builder.ToTable("Audit").Property<long>(Sequence).ValueGeneratedOnAdd();
        builder.HasKey(Sequence);
        builder.Property(entry => entry.Id).HasMaxLength(Lengths.Id).IsRequired();
        builder.Property(entry => entry.Actor).HasMaxLength(Lengths.Id);
        builder.Property(entry => entry.ActorName).HasMaxLength(Lengths.Name);
        builder.Property(entry => entry.Action).HasMaxLength(Lengths.Code);
        builder.Property(entry => entry.Target).HasMaxLength(Lengths.Target);
        builder.Property(entry => entry.RequestId).HasMaxLength(Lengths.Target);
        builder.HasIndex(Properties(nameof(AuditEntry.Actor)));
        builder.HasIndex(Properties(nameof(AuditEntry.Action)));
        builder.HasIndex(Properties(nameof(AuditEntry.Target)));
        builder.HasIndex(Properties(nameof(AuditEntry.Outcome)));
        builder.HasIndex(entry => entry.At);
    }

    private static string[] Properties(string filter) => [filter, Sequence];
}
