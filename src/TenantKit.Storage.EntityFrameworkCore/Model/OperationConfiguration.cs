using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TenantKit.Operations;

namespace TenantKit.Storage.EntityFrameworkCore.Model;

internal sealed class OperationConfiguration : IEntityTypeConfiguration<Operation>
{
    public void Configure(EntityTypeBuilder<Operation> builder)
    {
        builder.ToTable("Operations").HasKey(operation => operation.Id);
        builder.Property(operation => operation.Id).HasMaxLength(Lengths.Id);
        builder.Property(operation => operation.Kind).HasMaxLength(Lengths.Code);
        builder.Property(operation => operation.TenantId).HasMaxLength(Lengths.Id);
        builder.Property(operation => operation.UserId).HasMaxLength(Lengths.Id);
        builder.Property(operation => operation.Actor).HasMaxLength(Lengths.Id);
        builder.Property(operation => operation.ErrorCode).HasMaxLength(Lengths.Code);
        builder.Property(operation => operation.Steps).HasJsonConversion();
        builder.HasIndex(operation => new { operation.TenantId, operation.Id });
        builder.HasIndex(operation => new { operation.TenantId, operation.EndedAt });
    }
}
