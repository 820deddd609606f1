using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TenantKit.Users;

namespace TenantKit.Storage.EntityFrameworkCore.Model;

internal sealed class RefreshTokenConfiguration : IEntityTypeConfiguration<RefreshToken>
{
    public void Configure(EntityTypeBuilder<RefreshToken> builder)
    {
        builder.ToTable("RefreshTokens").HasKey(token => token.Hash);
        builder.Property(token => token.Hash).HasMaxLength(Lengths.Hash);
        builder.Property(token => token.UserId).HasMaxLength(Lengths.Id);
        builder.Property(token => token.SecurityStamp).HasMaxLength(Lengths.Name);
        builder.HasIndex(token => token.ExpiresAt);
    }
}
