using TenantKit.Audit;
using TenantKit.Storage.EntityFrameworkCore.Commits;
using TenantKit.Storage.EntityFrameworkCore.Sessions;
using TenantKit.Storage.MySql.Secrets;

namespace TenantKit.Storage.MySql.Commits;

/// <summary>Turns change sets that were accepted into as few statements as there are tables and kinds of writes.</summary>
/// <remarks>
/// In an order that suits them all: deletions first, as they set keys and names free; then replacements, those of named records one by one in
/// the order in which they were accepted, as a name goes from one to the other; then new records, the audit log and the change log.
/// </remarks>
internal sealed class WriteScript(StoreTables tables, IRecordSecrets secrets)
{
    private readonly Dictionary<RecordTable, (string Insert, string OnDuplicate)> texts = [];

    /// <summary>Writes everything, and sends what is too much for one text; the rest is left to be sent.</summary>
    public async Task WriteAsync(StatementText text, IReadOnlyList<PendingCommit> commits)
    {
        var writes = commits.SelectMany(static commit => commit.Changes.Writes.Select(write => (write.Record, write.IsDelete, commit.Revision)))
            .GroupBy(each => tables.Of(each.Record.GetType())).ToList();
        foreach (var table in writes)
        {
            Delete(text, table.Key, [.. table.Where(static each => each.IsDelete).Select(static each => each.Record)]);
        }

        foreach (var table in writes)
        {
            var replaced = table.Where(static each => !each.IsDelete && each.Record.Revision != 0).Select(each => ((object)secrets.Hide(each.Record), each.Revision)).ToList();
            if (table.Key.NameKeyIndex >= 0)
            {
                await UpdateAsync(text, table.Key, replaced).ConfigureAwait(false);
            }
            else
            {
                // Every row is there, which was looked at under the lock; so each of them meets its duplicate, and no other unique key exists.
                await InsertAsync(text, table.Key, replaced, replaces: true).ConfigureAwait(false);
            }
        }

        foreach (var table in writes)
        {
            var added = table.Where(static each => !each.IsDelete && each.Record.Revision == 0).Select(each => ((object)secrets.Hide(each.Record), each.Revision)).ToList();
            await InsertAsync(text, table.Key, added, replaces: false).ConfigureAwait(false);
        }

        var audit = commits.SelectMany(static commit => commit.Changes.Audit.Select(entry => ((object)entry, commit.Revision))).ToList();
        await InsertAsync(text, tables.Of(typeof(AuditEntry)), audit, replaces: false).ConfigureAwait(false);
        var log = commits.SelectMany(static commit => ChangedTenants.Of(commit.Changes).Select(id => ((object)new ChangeLogEntry(commit.Revision, id), commit.Revision))).ToList();
        await InsertAsync(text, tables.Of(typeof(ChangeLogEntry)), log, replaces: false).ConfigureAwait(false);
    }

    private static void Delete(StatementText text, RecordTable table, IReadOnlyList<IStoreRecord> records)
    {
        for (var index = 0; index < records.Count; index++)
        {
            text.Add(index == 0 ? $"DELETE FROM {table.Name} WHERE " : " OR ");
            RowKey.AddCondition(text, table, [.. table.Keys.Select(key => table.Columns[key].ValueOf(records[index]))]);
        }

        text.Add(records.Count > 0 ? "; " : "");
    }

    private static async Task UpdateAsync(StatementText text, RecordTable table, IReadOnlyList<(object Record, long Revision)> rows)
    {
        foreach (var (record, revision) in rows)
        {
            text.Add($"UPDATE {table.Name} SET ");
            var separator = "";
            foreach (var index in table.AllColumns.Except(table.Keys))
            {
                text.Add($"{separator}`{table.Columns[index].Name}` = ").Value(ValueOf(table, index, record, revision));
                separator = ", ";
            }

            text.Add(" WHERE ");
            RowKey.AddCondition(text, table, [.. table.Keys.Select(key => table.Columns[key].ValueOf(record))]);
            text.Add("; ");
            await SendIfLargeAsync(text).ConfigureAwait(false);
        }
    }

    private async Task InsertAsync(StatementText text, RecordTable table, IReadOnlyList<(object Record, long Revision)> rows, bool replaces)
    {
        var (insert, onDuplicate) = TextsOf(table);
        var end = replaces ? onDuplicate : "";
        for (var row = 0; row < rows.Count; row++)
        {
            var isFirst = row == 0;
            if (text.IsLarge)
            {
                text.Add(isFirst ? "" : $"{end}; ");
                await text.ExecuteAsync().ConfigureAwait(false);
                isFirst = true;
            }

            text.Add(isFirst ? insert : ", ").Add("(");
            for (var index = 0; index < table.Columns.Count; index++)
            {
                text.Add(index == 0 ? "" : ", ").Value(ValueOf(table, index, rows[row].Record, rows[row].Revision));
            }

            text.Add(")");
        }

        text.Add(rows.Count > 0 ? $"{end}; " : "");
    }

    private static async Task SendIfLargeAsync(StatementText text)
    {
        if (text.IsLarge)
        {
            await text.ExecuteAsync().ConfigureAwait(false);
        }
    }

    private static object ValueOf(RecordTable table, int index, object record, long revision) =>
        index == table.RevisionIndex && record is IStoreRecord ? revision : table.Columns[index].ValueOf(record);

    private (string Insert, string OnDuplicate) TextsOf(RecordTable table)
    {
        if (!texts.TryGetValue(table, out var known))
        {
            var names = table.Columns.Select(static column => $"`{column.Name}`").ToList();
            known = texts[table] = (
                $"INSERT INTO {table.Name} ({string.Join(", ", names)}) VALUES ",
                $" ON DUPLICATE KEY UPDATE {string.Join(", ", table.AllColumns.Except(table.Keys).Select(index => $"{names[index]} = VALUES({names[index]})"))}");
        }

        return known;
    }
}
