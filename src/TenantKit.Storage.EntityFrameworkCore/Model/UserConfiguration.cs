using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TenantKit.Users;

namespace TenantKit.Storage.EntityFrameworkCore.Model;

internal sealed class UserConfiguration : IEntityTypeConfiguration<User>
{
    public void Configure(EntityTypeBuilder<User> builder)
    {
        builder.ToTable("Users").HasKey(user => user.Id);
        builder.Property(user => user.Id).HasMaxLength(Lengths.Id);
        builder.Property(user => user.UserName).HasMaxLength(Lengths.Name);
        builder.Property(user => user.NormalizedUserName).HasMaxLength(Lengths.Name);
        builder.Property(user => user.Email).HasMaxLength(320);
        builder.Property(user => user.TenantId).HasMaxLength(Lengths.Id);
        builder.Property<string>(NameKey.Column).HasMaxLength(Lengths.Name).IsRequired();
        builder.HasIndex(NameKey.Column).IsUnique();
        builder.HasIndex(user => user.NormalizedUserName);
        builder.HasIndex(user => new { user.TenantId, user.Id });
        builder.HasIndex(user => new { user.Role, user.Id });
        builder.HasIndex(user => user.CreatedAt);
    }
}
