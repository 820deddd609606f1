using System.Text;
using MySqlConnector;
using TenantKit.Storage.EntityFrameworkCore.Model;
using TenantKit.Storage.EntityFrameworkCore.Sessions;

namespace TenantKit.Storage.MySql.Commits;

/// <summary>The rows of one table that a batch names: their revisions, and who has which unique name.</summary>
internal sealed class TableView(RecordTable table)
{
    private readonly Dictionary<string, IReadOnlyList<object>> keys = new(StringComparer.Ordinal);
    private readonly HashSet<string> wanted = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Row> rows = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> owners = new(StringComparer.Ordinal);

    private bool HasNames => table.NameKeyIndex >= 0;

    /// <summary>Takes note that a write needs to know about a row and a name.</summary>
    public void Ask(StoreWrite write)
    {
        List<object> values = [.. table.Keys.Select(index => table.Columns[index].ValueOf(write.Record))];
        keys[RowKey.Of(values)] = values;
        if (HasNames && !write.IsDelete)
        {
            wanted.Add(NameKey.Of(write.Record)!);
        }
    }

    public void AddQuestion(StatementText text)
    {
        var columns = string.Join(", ", table.Keys.Select(index => $"`{table.Columns[index].Name}`")) + $", `{RecordTable.Revision}`" + (HasNames ? $", `{NameKey.Column}`" : "");
        text.Add($"SELECT {columns} FROM {table.Name} WHERE ");
        if (table.Keys.Count == 1)
        {
            text.Add($"`{table.Columns[table.Keys[0]].Name}` IN (").Values(keys.Values.Select(static values => values[0])).Add(")");
        }
        else
        {
            var separator = "";
            foreach (var values in keys.Values)
            {
                text.Add(separator);
                RowKey.AddCondition(text, table, values);
                separator = " OR ";
            }
        }

        if (HasNames && wanted.Count > 0)
        {
            // Two reads by one index each; an OR over both is left to luck.
            text.Add($" UNION SELECT {columns} FROM {table.Name} WHERE `{NameKey.Column}` IN (")
                .Values(wanted.Select(static name => Encoding.UTF8.GetBytes(name))).Add(")");
        }

        text.Add("; ");
    }

    public async Task ReadAnswerAsync(MySqlDataReader reader)
    {
        var values = new object[table.Keys.Count];
        while (await reader.ReadAsync().ConfigureAwait(false))
        {
            for (var part = 0; part < values.Length; part++)
            {
                values[part] = reader.GetValue(part);
            }

            var name = HasNames ? Encoding.UTF8.GetString(reader.GetFieldValue<byte[]>(values.Length + 1)) : null;
            Set(RowKey.Of(values), new Row(reader.GetInt64(values.Length), name));
        }
    }

    /// <summary>Judges a write and takes it for written.</summary>
    /// <exception cref="RevisionConflictException">The record is not at the revision it was read at.</exception>
    /// <exception cref="NameTakenException">Its name is another one's.</exception>
    public void Apply(StoreWrite write, long revision, Stack<Action> undo)
    {
        var record = write.Record;
        var key = RowKey.Of(table, record);
        Row? before = rows.TryGetValue(key, out var known) ? known : null;
        if (before is { } row ? row.Revision != record.Revision : write.IsDelete || record.Revision != 0)
        {
            throw new RevisionConflictException(record.GetType().Name, record.Key);
        }

        var name = HasNames && !write.IsDelete ? NameKey.Of(record) : null;
        if (name is not null && owners.TryGetValue(name, out var owner) && owner != key)
        {
            throw new NameTakenException(record.GetType().Name, NameKey.DisplayNameOf(record)!);
        }

        Set(key, write.IsDelete ? null : new Row(revision, name));
        undo.Push(() => Set(key, before));
    }

    private void Set(string key, Row? row)
    {
        if (rows.Remove(key, out var gone) && gone.Name is not null)
        {
            owners.Remove(gone.Name);
        }

        if (row is { } present)
        {
            rows[key] = present;
            if (present.Name is not null)
            {
                owners[present.Name] = key;
            }
        }
    }

    private readonly record struct Row(long Revision, string? Name);
}
