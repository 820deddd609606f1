using System.Data.Common;
using System.Globalization;
using TenantKit.Audit;
using TenantKit.Storage.EntityFrameworkCore.Model;
using TenantKit.Storage.EntityFrameworkCore.Sessions;

namespace TenantKit.Storage.EntityFrameworkCore.Commits;

/// <summary>Writes one change set inside a transaction that is open already.</summary>
internal sealed class ChangeSetWriter(StoreProvider provider, StoreTables tables)
{
    /// <summary>Writes everything of the set, stamped with the revision.</summary>
    /// <exception cref="LeaseLostException">A lease that the set requires has another token. Nothing of the set is written.</exception>
    /// <exception cref="RevisionConflictException">A record is not at the revision it was read at. Part of the set may be written: roll back.</exception>
    /// <exception cref="NameTakenException">A unique name is in use. Part of the set may be written: roll back.</exception>
    public async Task WriteAsync(StoreSession session, DbTransaction transaction, ChangeSet changes, long revision)
    {
        // Before the writes: a set that takes a lease and requires it is judged by what was there before.
        foreach (var fence in changes.Fences)
        {
            await CheckAsync(session, transaction, fence).ConfigureAwait(false);
        }

        foreach (var write in changes.Writes)
        {
            var table = tables.Of(write.Record.GetType());
            if (write.IsDelete)
            {
                await ChangeAsync(session, transaction, table, table.Delete, write.Record, revision).ConfigureAwait(false);
            }
            else if (write.Record.Revision != 0)
            {
                await ChangeAsync(session, transaction, table, table.Update, write.Record, revision).ConfigureAwait(false);
            }
            else
            {
                await InsertAsync(session, transaction, table, write.Record, revision).ConfigureAwait(false);
            }
        }

        var audit = tables.Of(typeof(AuditEntry));
        foreach (var entry in changes.Audit)
        {
            await Fill(session, transaction, audit, audit.Insert, entry, revision).ExecuteNonQueryAsync().ConfigureAwait(false);
        }

        var log = tables.Of(typeof(ChangeLogEntry));
        foreach (var tenantId in ChangedTenants.Of(changes))
        {
            await Fill(session, transaction, log, log.Insert, new ChangeLogEntry(revision, tenantId), revision).ExecuteNonQueryAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Nobody can take the lease between this and the commit: the transaction has locked the revision, so it is the only writer.</summary>
    private async Task CheckAsync(StoreSession session, DbTransaction transaction, Fence fence)
    {
        var token = await session.Command(tables.LeaseToken, transaction, "@lease", fence.LeaseName).ExecuteScalarAsync().ConfigureAwait(false);
        if (token is null || Convert.ToInt64(token, CultureInfo.InvariantCulture) != fence.Token)
        {
            throw new LeaseLostException(fence.LeaseName, fence.Token);
        }
    }

    private async Task ChangeAsync(StoreSession session, DbTransaction transaction, RecordTable table, string statement, IStoreRecord record, long revision)
    {
        try
        {
            var command = Fill(session, transaction, table, statement, record, revision);
            if (await command.ExecuteNonQueryAsync().ConfigureAwait(false) != 1)
            {
                throw new RevisionConflictException(record.GetType().Name, record.Key);
            }
        }
        catch (DbException exception) when (NameKey.DisplayNameOf(record) is { } name && provider.IsUniqueViolation(exception))
        {
            // An update cannot collide by its key, so it collides by its name; but a stale one is stale first.
            if (!await IsCurrentAsync(session, transaction, table, record).ConfigureAwait(false))
            {
                throw new RevisionConflictException(record.GetType().Name, record.Key);
            }

            throw new NameTakenException(record.GetType().Name, name);
        }
    }

    private async Task InsertAsync(StoreSession session, DbTransaction transaction, RecordTable table, IStoreRecord record, long revision)
    {
        try
        {
            await Fill(session, transaction, table, table.Insert, record, revision).ExecuteNonQueryAsync().ConfigureAwait(false);
        }
        catch (DbException exception) when (provider.IsUniqueViolation(exception))
        {
            var keyInUse = await Fill(session, transaction, table, table.Exists, record, revision).ExecuteScalarAsync().ConfigureAwait(false) is not null;
            throw !keyInUse && NameKey.DisplayNameOf(record) is { } name
                ? new NameTakenException(record.GetType().Name, name)
                : new RevisionConflictException(record.GetType().Name, record.Key);
        }
    }

    private static async Task<bool> IsCurrentAsync(StoreSession session, DbTransaction transaction, RecordTable table, IStoreRecord record) =>
        await Fill(session, transaction, table, table.IsCurrent, record, record.Revision).ExecuteScalarAsync().ConfigureAwait(false) is not null;

    /// <summary>The command with the record's values: only the parameters that the statement names.</summary>
    private static DbCommand Fill(StoreSession session, DbTransaction transaction, RecordTable table, string statement, object record, long revision)
    {
        var keysOnly = statement == table.Delete || statement == table.Exists || statement == table.IsCurrent;
        var before = statement == table.Delete || statement == table.Update || statement == table.IsCurrent;
        var used = keysOnly ? table.Keys : table.AllColumns;
        var command = session.Command(statement, transaction, created =>
        {
            foreach (var index in used)
            {
                created.Parameters.Add(table.Columns[index].CreateParameter(created, $"@p{index}"));
            }

            if (before)
            {
                created.Parameters.Add(table.Columns[table.RevisionIndex].CreateParameter(created, "@before"));
            }
        });

        for (var position = 0; position < used.Count; position++)
        {
            var index = used[position];
            command.Parameters[position].Value = index == table.RevisionIndex ? revision : table.Columns[index].ValueOf(record);
        }

        if (before)
        {
            command.Parameters[used.Count].Value = ((IStoreRecord)record).Revision;
        }

        return command;
    }
}
