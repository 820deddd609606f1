using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;
using TenantKit.Storage.EntityFrameworkCore.Model;

namespace TenantKit.Storage.EntityFrameworkCore.Sessions;

/// <summary>One column of a table, and how a record's member gets into it.</summary>
internal sealed class RecordColumn
{
    private readonly Func<object, object?> read;

    private RecordColumn(IProperty property, IColumnMapping mapping, Func<object, object?> read)
    {
        Property = property;
        Name = mapping.Column.Name;
        Mapping = mapping.TypeMapping;
        this.read = read;
    }

    public IProperty Property { get; }

    public string Name { get; }

    public RelationalTypeMapping Mapping { get; }

    public static RecordColumn? Of(IProperty property)
    {
        var mapping = property.GetTableColumnMappings().Single();
        if (!property.IsShadowProperty())
        {
            var getter = property.GetGetter();
            return new RecordColumn(property, mapping, getter.GetClrValueUsingContainingEntity);
        }

        return property.Name == NameKey.Column ? new RecordColumn(property, mapping, NameKey.Of) : null;
    }

    /// <summary>The value as the database takes it.</summary>
    public object ValueOf(object record) => ToProvider(read(record));

    public object ToProvider(object? value)
    {
        if (value is null)
        {
            return DBNull.Value;
        }

        return Mapping.Converter is { } converter ? converter.ConvertToProvider(value)! : value;
    }

    public DbParameter CreateParameter(DbCommand command, string name) => Mapping.CreateParameter(command, name, null, nullable: true);
}
