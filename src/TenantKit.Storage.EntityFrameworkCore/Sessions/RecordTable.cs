using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;
using TenantKit.Storage.EntityFrameworkCore.Model;

namespace TenantKit.Storage.EntityFrameworkCore.Sessions;

/// <summary>The statements of one table, made once from the model. Parameters are <c>@p0</c>… in the order of <see cref="Columns"/>.</summary>
internal sealed class RecordTable
{
    public const string Revision = nameof(IStoreRecord.Revision);

    public RecordTable(IEntityType entity, ISqlGenerationHelper sql)
    {
        Columns = [.. entity.GetFlattenedProperties().Select(RecordColumn.Of).OfType<RecordColumn>()];
        var table = sql.DelimitIdentifier(entity.GetTableName()!);
        Name = table;
        var key = entity.FindPrimaryKey()!.Properties;
        Keys = [.. Columns.Index().Where(each => key.Contains(each.Item.Property)).Select(static each => each.Index)];
        RevisionIndex = Columns.ToList().FindIndex(static column => column.Name == Revision);
        NameKeyIndex = Columns.ToList().FindIndex(static column => column.Name == NameKey.Column);
        string Column(int index) => sql.DelimitIdentifier(Columns[index].Name);

        var all = Enumerable.Range(0, Columns.Count).ToList();
        AllColumns = all;
        var names = string.Join(", ", all.Select(Column));
        var values = string.Join(", ", all.Select(static index => $"@p{index}"));
        var changes = string.Join(", ", all.Except(Keys).Select(index => $"{Column(index)} = @p{index}"));
        var thisKey = string.Join(" AND ", Keys.Select(index => $"{Column(index)} = @p{index}"));

        Insert = $"INSERT INTO {table} ({names}) VALUES ({values})";
        Update = $"UPDATE {table} SET {changes} WHERE {thisKey} AND {sql.DelimitIdentifier(Revision)} = @before";
        Delete = $"DELETE FROM {table} WHERE {thisKey} AND {sql.DelimitIdentifier(Revision)} = @before";
        IsCurrent = $"SELECT 1 FROM {table} WHERE {thisKey} AND {sql.DelimitIdentifier(Revision)} = @before";
        Exists = $"SELECT 1 FROM {table} WHERE {thisKey}";
        Select = $"SELECT {names} FROM {table}";
        SelectByName = NameKeyIndex < 0 ? null : $"{Select} WHERE {Column(NameKeyIndex)} IN ";
    }

    /// <summary>The table's name, quoted.</summary>
    public string Name { get; }

    public IReadOnlyList<RecordColumn> Columns { get; }

    /// <summary>Positions of all columns.</summary>
    public IReadOnlyList<int> AllColumns { get; }

    /// <summary>Positions of the primary key among the columns.</summary>
    public IReadOnlyList<int> Keys { get; }

    /// <summary>Position of the revision among the columns; −1 when there is none.</summary>
    public int RevisionIndex { get; }

    /// <summary>Position of the unique name among the columns; −1 when names are not unique.</summary>
    public int NameKeyIndex { get; }

    public string Insert { get; }

    public string Update { get; }

    public string Delete { get; }

    /// <summary>Gives one row when the record is stored at exactly the revision.</summary>
    public string IsCurrent { get; }

    /// <summary>Gives one row when the key is in use.</summary>
    public string Exists { get; }

    /// <summary>All rows; a condition may follow.</summary>
    public string Select { get; }

    /// <summary>The rows of unique names, whose list in brackets follows; null when names are not unique.</summary>
    public string? SelectByName { get; }

    public string ColumnOf(string property) => Columns.Single(column => column.Property.Name == property).Name;
}
