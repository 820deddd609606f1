using System.Globalization;
using TenantKit.Storage.EntityFrameworkCore.Sessions;

namespace TenantKit.Storage.MySql.Commits;

/// <summary>The primary key of a row: as text to look it up by, and as a condition.</summary>
internal static class RowKey
{
    /// <summary>Between the parts of a key of several columns; in none of them.</summary>
    private const char Separator = '\u001F';

    public static string Of(RecordTable table, IStoreRecord record) => Of([.. table.Keys.Select(index => table.Columns[index].ValueOf(record))]);

    /// <summary>The same for values as the database has them.</summary>
    public static string Of(IReadOnlyList<object> values) =>
        values.Count == 1 ? Text(values[0]) : string.Join(Separator, values.Select(Text));

    /// <summary>Columns compared one by one and not as a row: both servers find that by the index.</summary>
    public static void AddCondition(StatementText text, RecordTable table, IReadOnlyList<object> values)
    {
        text.Add(values.Count > 1 ? "(" : "");
        for (var part = 0; part < values.Count; part++)
        {
            text.Add(part == 0 ? "" : " AND ").Add($"`{table.Columns[table.Keys[part]].Name}` = ").Value(values[part]);
        }

        text.Add(values.Count > 1 ? ")" : "");
    }

    private static string Text(object value) => Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
