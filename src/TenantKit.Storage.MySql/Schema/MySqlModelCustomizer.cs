using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using TenantKit.Audit;
using TenantKit.Operations;
using TenantKit.Storage.EntityFrameworkCore.Model;
using TenantKit.Users;

namespace TenantKit.Storage.MySql.Schema;

/// <summary>Fits the model of all providers to MySQL: names, collations, and the index that removing old rows needs.</summary>
/// <remarks>
/// Collations that both servers have: <c>utf8mb4_bin</c> for ids and hashes, <c>utf8mb4_unicode_520_ci</c> for names that only people read. Both
/// take "a" and "a " for equal, so the column that makes names unique is of bytes.
/// </remarks>
internal sealed class MySqlModelCustomizer(ModelCustomizerDependencies dependencies) : RelationalModelCustomizer(dependencies)
{
    private const string Exact = "utf8mb4_bin";
    private const string ForPeople = "utf8mb4_unicode_520_ci";

    /// <summary>256 characters of at most 4 bytes.</summary>
    private const string NameKeyType = "varbinary(1024)";

    private static readonly ValueConverter<string, byte[]> ToBytes = new(text => Encoding.UTF8.GetBytes(text), bytes => Encoding.UTF8.GetString(bytes));

    public override void Customize(ModelBuilder modelBuilder, DbContext context)
    {
        base.Customize(modelBuilder, context);
        modelBuilder.Entity<WriterRow>(static writer =>
        {
            writer.ToTable("Writers").HasKey(static row => row.Id);
            writer.Property(static row => row.Id).HasMaxLength(Lengths.Id);
        });
        modelBuilder.Entity<KeyRow>(static key =>
        {
            key.ToTable("Keys").HasKey(static row => row.Id);
            key.Property(static row => row.Id).HasMaxLength(Lengths.Name);
        });
        modelBuilder.Entity<Operation>().HasIndex(static operation => operation.EndedAt);

        // The database itself may be the host's own: it is left as it is, and so each column says what it is.
        modelBuilder.HasCharSet("utf8mb4", DelegationModes.ApplyToColumns);
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            entity.SetTableName(MySqlNames.Of(entity.GetTableName()!));
            entity.SetCharSet("utf8mb4");
            entity.SetCollation(Exact);
            if (entity.FindProperty(NameKey.Column) is { } nameKey)
            {
                nameKey.SetValueConverter(ToBytes);
                nameKey.SetColumnType(NameKeyType);
            }

            foreach (var property in entity.GetProperties().Where(static property => (property.GetProviderClrType() ?? property.GetValueConverter()?.ProviderClrType ?? property.ClrType) == typeof(string)))
            {
                property.SetCollation(Exact);
            }
        }

        modelBuilder.Entity<User>().Property(static user => user.UserName).UseCollation(ForPeople);
        modelBuilder.Entity<User>().Property(static user => user.Email).UseCollation(ForPeople);
        modelBuilder.Entity<AuditEntry>().Property(static entry => entry.ActorName).UseCollation(ForPeople);
    }
}
