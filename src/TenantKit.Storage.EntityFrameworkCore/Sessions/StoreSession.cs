using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace TenantKit.Storage.EntityFrameworkCore.Sessions;

/// <summary>An open connection with its context and its prepared commands. Used by one caller at a time.</summary>
internal sealed class StoreSession : IAsyncDisposable, IDisposable
{
    private readonly Dictionary<string, DbCommand> commands = new(StringComparer.Ordinal);

    private StoreSession(TenantKitDbContext context)
    {
        Context = context;
        Connection = context.Database.GetDbConnection();
    }

    public TenantKitDbContext Context { get; }

    public DbConnection Connection { get; }

    /// <summary>When it was last given back, as a timestamp of the store's clock.</summary>
    public long IdleSince { get; set; }

    public static async Task<StoreSession> OpenAsync(StoreProvider provider, SessionUse use, CancellationToken cancellationToken)
    {
        var session = new StoreSession(provider.CreateContext());
        try
        {
            session.Context.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
            await session.Context.Database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await provider.OpenedAsync(session.Connection, use, cancellationToken).ConfigureAwait(false);
            return session;
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The command of a statement, made on first use and kept with its parameters.</summary>
    public DbCommand Command(string text, DbTransaction? transaction, Action<DbCommand> addParameters)
    {
        if (!commands.TryGetValue(text, out var command))
        {
            command = Connection.CreateCommand();
            command.CommandText = text;
            addParameters(command);
            commands[text] = command;
        }

        command.Transaction = transaction;
        return command;
    }

    /// <summary>The command of a statement with one parameter.</summary>
    public DbCommand Command(string text, DbTransaction? transaction, string name, object value)
    {
        var command = Command(text, transaction, created =>
        {
            var parameter = created.CreateParameter();
            parameter.ParameterName = name;
            created.Parameters.Add(parameter);
        });
        command.Parameters[0].Value = value;
        return command;
    }

    /// <summary>The command of a statement that reads at most <c>@limit</c> rows behind <c>@after</c>.</summary>
    public DbCommand Page(string text, object after, int limit)
    {
        var command = Command(text, null, static created =>
        {
            foreach (var name in (string[])["@after", "@limit"])
            {
                var parameter = created.CreateParameter();
                parameter.ParameterName = name;
                created.Parameters.Add(parameter);
            }
        });
        (command.Parameters[0].Value, command.Parameters[1].Value) = (after, limit);
        return command;
    }

    public DbCommand Command(string text, DbTransaction? transaction) => Command(text, transaction, static _ => { });

    public async ValueTask DisposeAsync()
    {
        foreach (var command in commands.Values)
        {
            await command.DisposeAsync().ConfigureAwait(false);
        }

        await Context.DisposeAsync().ConfigureAwait(false);
    }

    public void Dispose()
    {
        foreach (var command in commands.Values)
        {
            command.Dispose();
        }

        Context.Dispose();
    }
}
