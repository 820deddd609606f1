using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging;
using TenantKit.Storage.EntityFrameworkCore;
using TenantKit.Storage.EntityFrameworkCore.Sessions;

namespace TenantKit.Storage.Sqlite;

/// <summary>What is particular to SQLite.</summary>
internal sealed class SqliteStoreProvider : StoreProvider
{
    private const int ConstraintPrimaryKey = 1555;
    private const int ConstraintUnique = 2067;
    private readonly DbContextOptions<TenantKitDbContext> contextOptions;
    private readonly string pragmas;

    public SqliteStoreProvider(string path, SqliteStoreOptions options, ILoggerFactory? loggerFactory)
    {
        FilePath = path;
        var connection = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            DefaultTimeout = options.BusyTimeoutSeconds,
            ForeignKeys = true,
            Pooling = false, // the store keeps its sessions itself, and closes the file when it is disposed
        };
        contextOptions = Configure(new DbContextOptionsBuilder<TenantKitDbContext>(), connection.ConnectionString, loggerFactory).Options;

        // WAL: readers and the writer do not wait for each other. NORMAL hands each commit to the operating system, which keeps it
        // when the process is killed; FULL also waits for the disk, which keeps it when the power goes.
        pragmas = string.Create(
            CultureInfo.InvariantCulture,
            $"PRAGMA busy_timeout = {options.BusyTimeoutSeconds * 1000}; PRAGMA journal_mode = WAL; PRAGMA synchronous = {(options.SurvivePowerLoss ? "FULL" : "NORMAL")};");
    }

    public string FilePath { get; }

    public static DbContextOptionsBuilder<TenantKitDbContext> Configure(
        DbContextOptionsBuilder<TenantKitDbContext> builder, string connectionString, ILoggerFactory? loggerFactory) =>
        builder
            .UseSqlite(connectionString, static sqlite => sqlite.MigrationsAssembly(typeof(SqliteStoreProvider).Assembly.GetName().Name))
            .UseLoggerFactory(loggerFactory)
            .EnableThreadSafetyChecks(false)
            .ConfigureWarnings(static warnings => warnings

                // Statements are for those who ask for them; and a test run may well have many hosts.
                .Log((RelationalEventId.CommandExecuted, LogLevel.Debug), (RelationalEventId.CommandError, LogLevel.Debug))
                .Log((RelationalEventId.MigrationApplying, LogLevel.Debug), (RelationalEventId.MigrationsNotApplied, LogLevel.Debug))
                .Ignore(CoreEventId.ManyServiceProvidersCreatedWarning));

    public override TenantKitDbContext CreateContext() => new(contextOptions);

    public override async Task OpenedAsync(DbConnection connection, SessionUse use, CancellationToken cancellationToken)
    {
        var command = connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            command.CommandText = pragmas;
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public override ValueTask<DbTransaction> BeginReadAsync(DbConnection connection, CancellationToken cancellationToken) =>
        ValueTask.FromResult<DbTransaction>(((SqliteConnection)connection).BeginTransaction(deferred: true));

    public override ValueTask<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken) =>
        ValueTask.FromResult<DbTransaction>(((SqliteConnection)connection).BeginTransaction(deferred: false));

    public override bool IsUniqueViolation(DbException exception) =>
        exception is SqliteException { SqliteExtendedErrorCode: ConstraintPrimaryKey or ConstraintUnique };

    public override StoreUnavailableException? Explain(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is SqliteException sqlite)
            {
                return SqliteTrouble.Explain(FilePath, sqlite) is { } message ? new StoreUnavailableException(message, exception) : null;
            }
        }

        return null;
    }

    public override Task MigrateAsync(CancellationToken cancellationToken) => SqliteSchema.MigrateAsync(this, cancellationToken);
}
