using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TenantKit.Users;

namespace TenantKit.Storage.EntityFrameworkCore.Model;

internal sealed class RevocationConfiguration : IEntityTypeConfiguration<Revocation>
{
    public void Configure(EntityTypeBuilder<Revocation> builder)
    {
        builder.ToTable("Revocations").HasKey(revocation => revocation.Id);
        builder.Property(revocation => revocation.Id).HasMaxLength(Lengths.Id);
        builder.Property(revocation => revocation.UserId).HasMaxLength(Lengths.Id);
        builder.Property(revocation => revocation.ValidStamp).HasMaxLength(Lengths.Hash);
        builder.HasIndex(revocation => revocation.Revision);
    }
}
