using MySqlConnector;
using TenantKit.Storage.EntityFrameworkCore.Commits;
using TenantKit.Storage.EntityFrameworkCore.Sessions;

namespace TenantKit.Storage.MySql.Commits;

/// <summary>What the sets of a batch depend on, as it is in the database and then as each set that is accepted leaves it.</summary>
internal sealed class BatchView(StoreTables tables)
{
    private readonly Dictionary<RecordTable, TableView> views = [];
    private readonly Dictionary<string, long> tokens = new(StringComparer.Ordinal);
    private readonly HashSet<string> leases = new(StringComparer.Ordinal);

    /// <summary>Takes note of what has to be asked. A set with something that cannot be stored is told so and taken out of the batch.</summary>
    public void Add(List<PendingCommit> batch)
    {
        for (var index = 0; index < batch.Count; index++)
        {
            try
            {
                foreach (var write in batch[index].Changes.Writes)
                {
                    ViewOf(write.Record).Ask(write);
                    if (write.Record is Lease lease)
                    {
                        leases.Add(lease.Name);
                    }
                }

                leases.UnionWith(batch[index].Changes.Fences.Select(static fence => fence.LeaseName));
            }
            catch (ArgumentException exception)
            {
                batch[index].Fail(exception);
                batch.RemoveAt(index--);
            }
        }
    }

    /// <summary>The reads, one per table.</summary>
    public void AddQuestions(StatementText text)
    {
        foreach (var view in views.Values)
        {
            view.AddQuestion(text);
        }

        if (leases.Count > 0)
        {
            text.Add($"SELECT `Name`, `Token` FROM {tables.Of(typeof(Lease)).Name} WHERE `Name` IN (").Values(leases).Add("); ");
        }
    }

    /// <summary>The answers, in the order of the questions.</summary>
    public async Task ReadAnswersAsync(MySqlDataReader reader)
    {
        foreach (var view in views.Values)
        {
            await reader.NextResultAsync().ConfigureAwait(false);
            await view.ReadAnswerAsync(reader).ConfigureAwait(false);
        }

        if (leases.Count > 0)
        {
            await reader.NextResultAsync().ConfigureAwait(false);
            while (await reader.ReadAsync().ConfigureAwait(false))
            {
                tokens[reader.GetString(0)] = reader.GetInt64(1);
            }
        }
    }

    /// <summary>Judges a set and, when it may be written, takes it for written.</summary>
    /// <exception cref="LeaseLostException">A lease that it requires has another token. Nothing changed here.</exception>
    /// <exception cref="RevisionConflictException">A record is not at the revision it was read at. Nothing changed here.</exception>
    /// <exception cref="NameTakenException">A unique name is in use. Nothing changed here.</exception>
    public void Apply(ChangeSet changes, long revision)
    {
        // Before the writes: a set that takes a lease and requires it is judged by what was there before.
        foreach (var fence in changes.Fences)
        {
            if (!tokens.TryGetValue(fence.LeaseName, out var token) || token != fence.Token)
            {
                throw new LeaseLostException(fence.LeaseName, fence.Token);
            }
        }

        var undo = new Stack<Action>();
        try
        {
            foreach (var write in changes.Writes)
            {
                ViewOf(write.Record).Apply(write, revision, undo);
            }
        }
        catch
        {
            while (undo.TryPop(out var step))
            {
                step();
            }

            throw;
        }

        foreach (var write in changes.Writes)
        {
            if (write is { Record: Lease gone, IsDelete: true })
            {
                tokens.Remove(gone.Name);
            }
            else if (write.Record is Lease lease)
            {
                tokens[lease.Name] = lease.Token;
            }
        }
    }

    private TableView ViewOf(IStoreRecord record)
    {
        var table = tables.Of(record.GetType());
        if (!views.TryGetValue(table, out var view))
        {
            views[table] = view = new TableView(table);
        }

        return view;
    }
}
