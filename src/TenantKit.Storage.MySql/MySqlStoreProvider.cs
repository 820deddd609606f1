using System.Data;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Logging;
using MySqlConnector;
using TenantKit.Diagnostics;
using TenantKit.Storage.EntityFrameworkCore;
using TenantKit.Storage.EntityFrameworkCore.Commits;
using TenantKit.Storage.EntityFrameworkCore.Sessions;
using TenantKit.Storage.MySql.Commits;
using TenantKit.Storage.MySql.Connections;
using TenantKit.Storage.MySql.Schema;
using TenantKit.Storage.MySql.Secrets;

namespace TenantKit.Storage.MySql;

/// <summary>What is particular to MySQL and MariaDB.</summary>
internal sealed class MySqlStoreProvider : StoreProvider
{
    /// <summary>The server ends a transaction whose writer says nothing for so long, in seconds: a writer that is frozen must not stop all others.</summary>
    public const int WriterSilence = 3;

    private const int Duplicate = 1062;

    /// <summary>What both servers understand the same way; ANSI_QUOTES or NO_BACKSLASH_ESCAPES of a server would change what is written.</summary>
    private const string SqlMode = "SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'";

    /// <summary>The statements are made for the oldest server that is supported, so that no round trip is needed to ask for its version.</summary>
    private static readonly ServerVersion OldestServer = new MySqlServerVersion(new Version(8, 0, 18));

    private readonly MySqlStoreOptions options;
    private readonly DbContextOptions<TenantKitDbContext> contextOptions;
    private readonly RetryRules retries;
    private readonly IRecordSecrets secrets;
    private readonly IIdSource ids;
    private readonly TimeProvider time;

    public MySqlStoreProvider(
        MySqlStoreOptions options, IRecordSecrets secrets, IIdSource ids, IRandomSource random, TimeProvider time, ILoggerFactory? loggerFactory)
    {
        (this.options, this.secrets, this.ids, this.time) = (options, secrets, ids, time);
        retries = new RetryRules(random);
        ConnectionString = ConnectionSettings.Complete(options.ConnectionString!, options);
        contextOptions = Configure(new DbContextOptionsBuilder<TenantKitDbContext>(), ConnectionString, loggerFactory).Options;
        Migrations = Configure(
            new DbContextOptionsBuilder<TenantKitDbContext>(), ConnectionSettings.Complete(options.MigrationConnectionString ?? options.ConnectionString!, options), loggerFactory).Options;
        var connection = new MySqlConnectionStringBuilder(ConnectionString);
        Database = $"The database '{connection.Database}' on '{connection.Server}:{connection.Port}'";
    }

    public string ConnectionString { get; }

    /// <summary>What is done to secrets on their way into the database.</summary>
    public IRecordSecrets Secrets => secrets;

    /// <summary>The database, as messages name it.</summary>
    public string Database { get; }

    /// <summary>Options of a context whose user may change the schema.</summary>
    public DbContextOptions<TenantKitDbContext> Migrations { get; }

    public static DbContextOptionsBuilder<TenantKitDbContext> Configure(
        DbContextOptionsBuilder<TenantKitDbContext> builder, string connectionString, ILoggerFactory? loggerFactory) =>
        builder
            .UseMySql(connectionString, OldestServer, static mysql => mysql
                .MigrationsAssembly(typeof(MySqlStoreProvider).Assembly.GetName().Name)
                .MigrationsHistoryTable(MySqlNames.Of("Migrations")))
            .ReplaceService<IModelCustomizer, MySqlModelCustomizer>()
            .UseLoggerFactory(loggerFactory)
            .EnableThreadSafetyChecks(false)
            .ConfigureWarnings(static warnings => warnings

                // Statements are for those who ask for them; and a test run may well have many hosts.
                .Log((RelationalEventId.CommandExecuted, LogLevel.Debug), (RelationalEventId.CommandError, LogLevel.Debug))
                .Log((RelationalEventId.MigrationApplying, LogLevel.Debug), (RelationalEventId.MigrationsNotApplied, LogLevel.Debug))
                .Log((RelationalEventId.ConnectionError, LogLevel.Debug), (CoreEventId.QueryIterationFailed, LogLevel.Debug))
                .Ignore(CoreEventId.ManyServiceProvidersCreatedWarning));

    public override TenantKitDbContext CreateContext() => new(contextOptions);

    public override async Task OpenedAsync(DbConnection connection, SessionUse use, CancellationToken cancellationToken)
    {
        var command = connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            // READ COMMITTED for the writer: under the lock of the revision it must see what was committed last, and needs no gap locks.
            command.CommandText = use switch
            {
                SessionUse.Read => $"{SqlMode}; SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
                SessionUse.Write => $"{SqlMode}, wait_timeout = {WriterSilence}, net_read_timeout = {WriterSilence}, innodb_lock_wait_timeout = 10; SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
                _ => SqlMode,
            };
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What is left over is for the writer, the removal of old rows and the keys.</summary>
    public override int MaxReaders => options.MaxConnections - 3;

    /// <summary>A writer's session is opened anew before the server closes it.</summary>
    public override TimeSpan IdleLimit(SessionUse use) => use == SessionUse.Write ? TimeSpan.FromSeconds(WriterSilence - 1) : TimeSpan.FromMinutes(5);

    public override async ValueTask<DbTransaction> BeginReadAsync(DbConnection connection, CancellationToken cancellationToken) =>
        await ((MySqlConnection)connection).BeginTransactionAsync(IsolationLevel.Snapshot, isReadOnly: true, cancellationToken).ConfigureAwait(false);

    public override async ValueTask<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken) =>
        await ((MySqlConnection)connection).BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);

    public override ICommitWriter CreateWriter(StoreTables tables, long keptRevisions) => new BatchWriter(tables, secrets, ids.NewId(), time);

    /// <summary>One statement instead of seven.</summary>
    public override bool JoinsStates => true;

    public override TimeSpan? RetryAfter(Exception exception, int attempt, bool isUncertain) => retries.After(MySqlTrouble.Of(exception), attempt, isUncertain);

    public override bool IsUniqueViolation(DbException exception) => exception is MySqlException { Number: Duplicate };

    public override StoreUnavailableException? Explain(Exception exception)
    {
        if (exception is StoreUnavailableException told)
        {
            return told;
        }

        return MySqlTrouble.Of(exception) is { } fault && MySqlTrouble.Explain(Database, fault) is { } message
            ? new StoreUnavailableException(message, exception)
            : null;
    }

    public override Task MigrateAsync(CancellationToken cancellationToken) =>
        options.MigrateAtStart ? MySqlSchema.MigrateAsync(this, cancellationToken) : MySqlSchema.CheckAsync(this, cancellationToken);
}
