using System.Data.Common;
using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore.Metadata;

namespace TenantKit.Storage.EntityFrameworkCore.Sessions;

/// <summary>Compiles, from the model, the function that makes a record from a row: what a change tracker would cost is not paid.</summary>
internal static class RecordReader
{
    /// <summary>The function for rows that have the columns in this order, from the given position on.</summary>
    public static Func<DbDataReader, T> Compile<T>(IReadOnlyList<RecordColumn> columns, int from = 0)
    {
        var reader = Expression.Parameter(typeof(DbDataReader), "reader");
        var ordinals = columns.Index().ToDictionary(each => each.Item.Property, each => from + each.Index);
        var members = new List<MemberBinding>();
        foreach (var column in columns.Where(static column => column.Property.DeclaringType is IEntityType && !column.Property.IsShadowProperty()))
        {
            members.Add(Expression.Bind(column.Property.PropertyInfo!, Value(reader, column, ordinals[column.Property])));
        }

        foreach (var group in columns.Where(static column => column.Property.DeclaringType is IComplexType).GroupBy(static column => (IComplexType)column.Property.DeclaringType))
        {
            // A positional record: its constructor takes each column by the name of the member.
            var byName = group.ToDictionary(static column => column.Property.Name, StringComparer.OrdinalIgnoreCase);
            var constructor = group.Key.ClrType.GetConstructors().Single(each => each.GetParameters().Length == byName.Count);
            var arguments = constructor.GetParameters().Select(parameter => byName[parameter.Name!]).Select(column => Value(reader, column, ordinals[column.Property]));
            members.Add(Expression.Bind(group.Key.ComplexProperty.PropertyInfo!, Expression.New(constructor, arguments)));
        }

        return Expression.Lambda<Func<DbDataReader, T>>(Expression.MemberInit(Expression.New(typeof(T)), members), reader).Compile();
    }

    private static Expression Value(ParameterExpression reader, RecordColumn column, int ordinal)
    {
        var position = Expression.Constant(ordinal);
        var mapping = column.Mapping;
        Expression value = Expression.Call(reader, mapping.GetDataReaderMethod(), position);
        value = mapping.CustomizeDataReaderExpression(value);
        if (mapping.Converter is { } converter)
        {
            value = Expression.Invoke(converter.ConvertFromProviderExpression, Cast(value, converter.ProviderClrType));
        }

        value = Cast(value, column.Property.ClrType);
        return column.Property.IsNullable
            ? Expression.Condition(Expression.Call(reader, nameof(DbDataReader.IsDBNull), null, position), Expression.Default(value.Type), value)
            : value;
    }

    private static Expression Cast(Expression value, Type type) => value.Type == type ? value : Expression.Convert(value, type);
}
